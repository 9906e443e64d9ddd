import { createHash } from 'node:crypto'
import { type PutOptions, type Stored, TooLarge } from './blob.ts'

/**
 * The source as it comes, counted and hashed. It ends with an error, so that no driver stores it, when it is too large,
 * when `check` refuses what arrived, or when the caller gave up. `stored` is known after the last chunk.
 */
export function meter(source: AsyncIterable<Uint8Array>, { bytesMax, check, signal }: PutOptions) {
  const sha = createHash('sha256')
  let sizeBytes = 0
  let stored: Stored | undefined

  async function* chunks(): AsyncGenerator<Uint8Array> {
    for await (const chunk of source) {
      signal?.throwIfAborted()
      sizeBytes += chunk.byteLength
      if (sizeBytes > bytesMax) throw new TooLarge(bytesMax)
      sha.update(chunk)
      yield chunk
    }
    signal?.throwIfAborted()
    stored = { sizeBytes, sha256: sha.digest('hex') }
    check?.(stored)
  }

  return {
    chunks: chunks(),
    result(): Stored {
      if (!stored) throw new Error('the source was not read to its end')
      return stored
    },
  }
}
