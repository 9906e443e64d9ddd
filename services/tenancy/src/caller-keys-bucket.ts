import type { Kv } from '@palomar/bus'
import type { Logger } from '@palomar/runtime'

const everyMs = 60_000
const againMs = 2_000

/**
 * The public keys of caller tokens in CALLER_KEYS, for whoever starts while tenancy is away. Replicas write the same
 * bytes. A failure is tried again; GetSigningKeys answers meanwhile.
 */
export function startCallerKeysBucket(options: {
  bucket: Pick<Kv, 'put'>
  jwksJson: string
  logger: Logger
}): { stop(): Promise<void> } {
  let stopped = false
  let timer: ReturnType<typeof setTimeout> | undefined

  async function write(): Promise<void> {
    let afterMs = everyMs
    try {
      await options.bucket.put('jwks', new TextEncoder().encode(options.jwksJson))
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
