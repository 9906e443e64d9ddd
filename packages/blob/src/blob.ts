/** Bytes under keys. A key begins with its tenant's uuid; what a key holds is replaced whole or not at all. */
export interface Blob {
  /**
   * Stores a stream, counting and hashing it on the way. Nothing is stored when the stream breaks, exceeds `bytesMax`
   * ({@link TooLarge}) or `check` throws; a key that was there keeps its old bytes then. Storing again replaces.
   */
  put(key: string, source: AsyncIterable<Uint8Array>, options: PutOptions): Promise<Stored>
  /** Undefined: nothing there. `unsatisfiable`: the range begins behind the end. */
  get(key: string, range?: ByteRange): Promise<Found | 'unsatisfiable' | undefined>
  head(key: string): Promise<{ sizeBytes: number } | undefined>
  /** What is not there is deleted already. */
  delete(key: string): Promise<void>
  /** An address that gives the bytes to whoever has it, until it expires. Takes Range requests. */
  signedUrl(key: string, options: SignedUrlOptions): Promise<string>
  /** Whether the store can be reached and written to. Throws `unavailable`. */
  ping(): Promise<void>
  close(): void
}

export interface PutOptions {
  mimeType: string
  bytesMax: number
  /** Sees what arrived before it counts as stored; throws to refuse it. */
  check?: (stored: Stored) => void
  signal?: AbortSignal
}

export interface Stored {
  sizeBytes: number
  /** Hex. */
  sha256: string
}

/** As in HTTP: both ends included; without `end` to the last byte. */
export interface ByteRange {
  start: number
  end?: number
}

export interface Found {
  /** Once; leaving it early lets its file or connection go. */
  bytes: AsyncIterable<Uint8Array>
  /** Of the whole. */
  sizeBytes: number
  start: number
  /** Of the last byte that comes. */
  end: number
}

export interface SignedUrlOptions {
  expiresInS: number
  /** What the answer's Content-Type says; must be safe to show (see `safeHeaders`). */
  mimeType: string
  /** The answer's Content-Disposition. */
  disposition: string
}

/** More bytes than allowed; the stream was left where that was known. */
export class TooLarge extends Error {
  override readonly name = 'TooLarge'
  constructor(readonly bytesMax: number) {
    super(`more than ${bytesMax} bytes`)
  }
}
