import { StartFailure } from '../servers/failure.ts'

const blockBytes = 512

/** One file of a ustar archive. */
export function readTar(tar: Buffer, path: string): Buffer {
  for (let at = 0; at + blockBytes <= tar.length; ) {
    const name = textOf(tar, at, 100)
    if (name === '') break
    const size = Number.parseInt(textOf(tar, at + 124, 12), 8)
    const from = at + blockBytes
    if (name === path) return tar.subarray(from, from + size)
    at = from + Math.ceil(size / blockBytes) * blockBytes
  }
  throw new StartFailure(`the archive has no ${path}`)
}

function textOf(tar: Buffer, at: number, length: number): string {
  const bytes = tar.subarray(at, at + length)
  const end = bytes.indexOf(0)
  return bytes.toString('utf8', 0, end < 0 ? length : end).trim()
}
