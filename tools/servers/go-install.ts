import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { findProgram } from './programs.ts'

/** Builds one Go program at a pinned version (Go checks it against its checksum database). False when it cannot. */
export async function installWithGo(module: string, folder: string): Promise<boolean> {
  const go = findProgram('go')
  if (!go) return false
  return ends(go, ['install', module], {
    env: { ...process.env, GOBIN: folder, GOFLAGS: '-buildvcs=false' },
  })
}

/** The same for a module whose go.mod has replace directives, which `go install` refuses: built from a module of ours. */
export async function buildWithGo(module: string, program: string, folder: string): Promise<boolean> {
  const go = findProgram('go')
  if (!go) return false
  const place = mkdtempSync(join(tmpdir(), 'palomar-go-'))
  const target = join(folder, program.slice(program.lastIndexOf('/') + 1))
  try {
    for (const args of [
      ['mod', 'init', 'palomar.invalid/tool'],
      ['get', module],
      ['build', '-o', target, program],
    ]) {
      if (!(await ends(go, args, { cwd: place, env: { ...process.env, GOFLAGS: '-mod=mod' } }))) return false
    }
    return true
  } finally {
    rmSync(place, { recursive: true, force: true })
  }
}

function ends(
  go: string,
  args: string[],
  options: { cwd?: string; env: NodeJS.ProcessEnv },
): Promise<boolean> {
  const child = spawn(go, args, { ...options, stdio: 'ignore' })
  return new Promise((resolve) => {
    child.once('error', () => resolve(false))
    child.once('close', (code) => resolve(code === 0))
  })
}
