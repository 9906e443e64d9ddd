import type { Logger } from '@palomar/runtime'
import type { Bucket } from './app-snapshot.ts'

const everyMs = 60_000
const againMs = 2_000

/**
 * The public keys of caller tokens in CALLER_KEYS, for whoever starts while tenancy is away. Replicas write the same
 * bytes. A failure is tried again; GetSigningKeys answers meanwhile.
 */
export function startCallerKeysBucket(options: {
  bucket: () => Promise<Pick<Bucket, 'put'>>
  jwksJson: string
  logger: Logger
}): { stop(): Promise<void> } {
  let stopped = false
  let timer: ReturnType<typeof setTimeout> | undefined

  async function write(): Promise<void> {
    let afterMs = everyMs
    try {
      const bucket = await options.bucket()
      await bucket.put('jwks', new TextEncoder().encode(options.jwksJson))
    } catch (error) {
      afterMs = againMs
      options.logger.warn('caller keys not published, will try again', { error })
    }
    if (!stopped) timer = setTimeout(() => (running = write()), afterMs)
  }

  let running = write()
  return {
    async stop() {
      stopped = true
      clearTimeout(timer)
      await running
    },
  }
}
