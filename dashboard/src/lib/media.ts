import type { MediaResource, Problem } from './api-types.ts'
import { CallError } from './client.ts'

export type MediaKind = 'image' | 'video' | 'audio' | 'document' | 'sticker'

const MiB = 1024 * 1024

/** Meta's limits, in bytes; the API checks them again. */
export const kindBytesMax: Record<MediaKind, number> = {
  image: 5 * MiB,
  video: 16 * MiB,
  audio: 16 * MiB,
  document: 100 * MiB,
  sticker: 500 * 1024,
}

const kinds: Record<string, MediaKind> = {
  'image/jpeg': 'image',
  'image/png': 'image',
  'image/webp': 'sticker',
  'video/mp4': 'video',
  'video/3gpp': 'video',
  'audio/aac': 'audio',
  'audio/amr': 'audio',
  'audio/mpeg': 'audio',
  'audio/mp4': 'audio',
  'audio/ogg': 'audio',
}

/** As what a file of this type is sent; undefined when WhatsApp takes no such file. */
export function kindOf(mimeType: string): MediaKind | undefined {
  const bare = mimeType.split(';')[0]?.trim().toLowerCase() ?? ''
  const known = kinds[bare]
  if (known) return known
  return bare === '' || /^(image|video|audio)\//.test(bare) ? undefined : 'document'
}

/** The message that carries an uploaded file; kinds without caption have none. */
export function contentOf(media: { id: string; kind: MediaKind }, filename: string, caption: string) {
  const { id, kind } = media
  const own: Record<string, string> = { id }
  if (caption && kind !== 'audio' && kind !== 'sticker') own.caption = caption
  if (kind === 'document' && filename) own.filename = filename
  return { type: kind, [kind]: own }
}

/** Where a page's elements read a file's bytes. */
export const contentUrl = (id: string): string => `/media/${encodeURIComponent(id)}`

/** `1.4 MB`, in the reader's own way of writing numbers. */
export function byteSize(bytes: number, locale: string): string {
  const units = ['B', 'KB', 'MB'] as const
  const power = Math.min(units.length - 1, Math.floor(Math.log2(Math.max(1, bytes)) / 10))
  const value = bytes / 1024 ** power
  return `${value.toLocaleString(locale, { maximumFractionDigits: value < 10 ? 1 : 0 })} ${units[power]}`
}

/** Uploads with progress, which fetch does not tell. Rejects with a CallError; aborting is `cancelled`. */
export function uploadFile(
  file: File,
  { onProgress, signal }: { onProgress(share: number): void; signal: AbortSignal },
): Promise<MediaResource> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest()
    const fail = (problem: Problem) => reject(new CallError(problem))
    request.open('POST', `/media?${new URLSearchParams({ filename: file.name || 'file' })}`)
    request.setRequestHeader('content-type', file.type || 'application/octet-stream')
    request.responseType = 'json'
    request.upload.onprogress = (event) => event.lengthComputable && onProgress(event.loaded / event.total)
    request.onerror = () => fail({ status: 0, code: 'offline' })
    request.onabort = () => fail({ status: 0, code: 'cancelled' })
    request.onload = () => {
      if (request.status < 300) resolve(request.response as MediaResource)
      else fail({ code: 'unavailable', ...(request.response as Problem | null), status: request.status })
    }
    signal.addEventListener('abort', () => request.abort(), { once: true })
    request.send(file)
  })
}
