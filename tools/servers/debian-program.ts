import { spawnSync } from 'node:child_process'
import { copyFileSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { findProgram } from './programs.ts'

/**
 * Takes one program out of a Debian package, without installing it: seconds where a build would take minutes. apt checks
 * the package against its signed index. False where there is no apt or no such package.
 */
export function takeFromDebian(packageName: string, program: string, folder: string): boolean {
  const aptGet = findProgram('apt-get')
  const dpkgDeb = findProgram('dpkg-deb')
  if (!aptGet || !dpkgDeb) return false
  const place = mkdtempSync(join(tmpdir(), 'palomar-deb-'))
  const runs = (command: string, ...args: string[]) =>
    spawnSync(command, args, { cwd: place, stdio: 'ignore', timeout: 120_000 }).status === 0
  try {
    // A new machine has no index yet.
    const isFetched =
      runs(aptGet, 'download', packageName) ||
      (runs(aptGet, 'update', '-qq') && runs(aptGet, 'download', packageName))
    const file = readdirSync(place).find((name) => name.endsWith('.deb'))
    if (!isFetched || !file || !runs(dpkgDeb, '-x', file, 'unpacked')) return false
    copyFileSync(join(place, 'unpacked/usr/bin', program), join(folder, program))
    return true
  } finally {
    rmSync(place, { recursive: true, force: true })
  }
}
