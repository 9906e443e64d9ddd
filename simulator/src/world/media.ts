import { createHash } from 'node:crypto'
import { deflateSync } from 'node:zlib'
import type { Clock } from './clock.ts'

export interface Media {
  id: string
  phoneNumberId: string
  mimeType: string
  /** Empty once there was no room for them. */
  bytes: Uint8Array
  size: number
  sha256: string
  /** Unix ms. */
  endsAt: number
}

/** A simulator is no store: of the oldest only the names stay. */
const keptMax = 500
const namesMax = 100_000

/** Uploaded files, and those that customers send. */
export class MediaShelf {
  readonly #media = new Map<string, Media>()
  readonly #kept: Media[] = []
  #next = 700_000_000_000_001

  constructor(readonly clock: Clock) {}

  /** Uploads live 30 days, what customers send 7. Source: Meta, "Media". */
  add(phoneNumberId: string, mimeType: string, bytes: Uint8Array, days: 7 | 30): Media {
    const id = String(this.#next++)
    const media: Media = {
      id,
      phoneNumberId,
      mimeType,
      bytes,
      size: bytes.length,
      sha256: createHash('sha256').update(bytes).digest('hex'),
      endsAt: this.clock.now() + days * 86_400_000,
    }
    this.#media.set(id, media)
    const emptied = this.#kept.push(media) > keptMax ? this.#kept.shift() : undefined
    if (emptied) emptied.bytes = new Uint8Array()
    const [oldest] = this.#media.keys()
    if (this.#media.size > namesMax && oldest !== undefined) this.#media.delete(oldest)
    return media
  }

  get(id: string): Media | undefined {
    const media = this.#media.get(id)
    return media && media.endsAt > this.clock.now() ? media : undefined
  }

  delete(id: string): boolean {
    return this.#media.delete(id)
  }
}

/** A picture for a customer to send: a sky over hills, drawn here so that there is no file to ship. */
export function samplePicture(width = 320, height = 220): Uint8Array {
  const rows = Buffer.alloc((width * 3 + 1) * height)
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const hill = height * (0.66 + 0.12 * Math.sin(x / 41) + 0.06 * Math.sin(x / 17 + 2))
      const sun = (x - width * 0.72) ** 2 + (y - height * 0.3) ** 2 < 22 ** 2
      const [r, g, b] =
        y > hill ? [92, 84, 120] : sun ? [255, 231, 176] : [246 - y / 3, 190 - y / 5, 160 + y / 3]
      rows.set([r as number, g as number, b as number], y * (width * 3 + 1) + 1 + x * 3)
    }
  }
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  // Eight bits each of red, green and blue.
  header.set([8, 2, 0, 0, 0], 8)
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
  return Buffer.concat([
    signature,
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(rows)),
    chunk('IEND', Buffer.alloc(0)),
  ])
}

function chunk(type: string, data: Uint8Array): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data])
  const frame = Buffer.alloc(8)
  frame.writeUInt32BE(data.length, 0)
  frame.writeUInt32BE(Bun.hash.crc32(body), 4)
  return Buffer.concat([frame.subarray(0, 4), body, frame.subarray(4)])
}
