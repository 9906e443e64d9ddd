import { createHash } from 'node:crypto'

/** Resumable uploads; the bytes are counted and let go. */
export class Uploads {
  readonly #uploads = new Map<string, { size: number; received: number }>()
  #next = 1

  begin(size: number): string {
    const id = `upload:MTphdHRhY2htZW50${(this.#next++).toString(36).padStart(8, '0')}`
    this.#uploads.set(id, { size, received: 0 })
    return id
  }

  offsetOf(id: string): number | undefined {
    return this.#uploads.get(id)?.received
  }

  /** The handle once everything has come. */
  append(id: string, bytes: number): string | undefined {
    const upload = this.#uploads.get(id)
    if (!upload) return undefined
    upload.received = Math.min(upload.size, upload.received + bytes)
    if (upload.received < upload.size) return undefined
    return `4::${createHash('sha256').update(id).digest('base64url')}`
  }
}
