import type { Clock } from '../world/clock.ts'
import type { MediaShelf } from '../world/media.ts'
import { type FetchedLink, fetchLink } from './fetch-link.ts'
import type { MediaSettings } from './settings.ts'

/** Meta keeps what it has fetched so long; another query string is another URL. Source: Meta, "Media", link caching. */
const cachedForMs = 10 * 60_000
const cachedMax = 200
const inFlightMax = 16
/** No kind of file may be larger. */
const bytesMax = 100 * 1024 * 1024

export type LinkedFile = { mimeType: string; size: number; head: Uint8Array; mediaId: string }
export type Linked = { kind: 'file'; file: LinkedFile } | Exclude<FetchedLink, { kind: 'file' }>

/** What links lead to. Each URL is fetched once for all who name it together, and not again for ten minutes. */
export class Links {
  readonly #cache = new Map<string, { file: LinkedFile; at: number }>()
  readonly #fetching = new Map<string, Promise<Linked>>()
  readonly #waiting: (() => void)[] = []
  #inFlight = 0

  constructor(
    readonly clock: Clock,
    readonly shelf: MediaShelf,
    readonly settings: MediaSettings,
  ) {}

  /** Never rejects. The bytes go to the shelf of the number that asked, where the phone finds them. */
  find(link: string, phoneNumberId: string): Promise<Linked> {
    const cached = this.#cache.get(link)
    if (cached && this.clock.now() - cached.at < cachedForMs)
      return Promise.resolve({ kind: 'file', file: cached.file })
    const underWay = this.#fetching.get(link)
    if (underWay) return underWay
    const made = this.#fetch(link, phoneNumberId).finally(() => this.#fetching.delete(link))
    this.#fetching.set(link, made)
    return made
  }

  async #fetch(link: string, phoneNumberId: string): Promise<Linked> {
    while (this.#inFlight >= inFlightMax) await new Promise<void>((resolve) => this.#waiting.push(resolve))
    this.#inFlight++
    const { linkHosts: hosts, linkTimeoutMs: timeoutMs } = this.settings
    const fetched = await fetchLink(link, { hosts, timeoutMs, bytesMax })
    this.#inFlight--
    this.#waiting.shift()?.()
    if (fetched.kind !== 'file') return fetched
    const { mimeType, bytes } = fetched
    const { id: mediaId } = this.shelf.add(phoneNumberId, mimeType, bytes, 30)
    const file = { mimeType, size: bytes.length, head: bytes.slice(0, 64), mediaId }
    this.#cache.delete(link)
    this.#cache.set(link, { file, at: this.clock.now() })
    const [oldest] = this.#cache.keys()
    if (this.#cache.size > cachedMax && oldest !== undefined) this.#cache.delete(oldest)
    return { kind: 'file', file }
  }
}
