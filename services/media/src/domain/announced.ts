import { filenameOf } from './filename.ts'
import { bareMimeType } from './kind.ts'

/** What a webhook says of the file that a message brings. */
export interface Announced {
  metaMediaId: string
  mimeType: string
  /** Hex; empty when nothing was said. */
  sha256: string
  filename: string
}

/** Undefined when the content names no file: nothing can be fetched then. */
export function announcedIn(contentJson: string): Announced | undefined {
  const content = parse(contentJson)
  const text = (name: string) => {
    const value = content?.[name]
    return typeof value === 'string' ? value : typeof value === 'number' ? String(value) : ''
  }
  const metaMediaId = text('id')
  if (metaMediaId === '' || metaMediaId.length > 255) return undefined
  return {
    metaMediaId,
    mimeType: bareMimeType(text('mime_type')) ?? 'application/octet-stream',
    sha256: hexOf(text('sha256')),
    filename: filenameOf(text('filename')),
  }
}

/** Meta writes digests in base64 and in hex. */
export function hexOf(digest: string): string {
  if (/^[0-9a-f]{64}$/i.test(digest)) return digest.toLowerCase()
  const bytes = Buffer.from(digest, 'base64')
  return bytes.length === 32 ? bytes.toString('hex') : ''
}

function parse(json: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(json)
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined
  } catch {
    return undefined
  }
}
