import { AsyncLocalStorage } from 'node:async_hooks'

/** What is known of the work in hand; every log line and outgoing call of it carries this. */
export interface Context {
  readonly requestId: string
  /** W3C trace context of the span in hand. */
  readonly traceparent?: string | undefined
  /** ten_… */
  readonly tenantId?: string | undefined
  /** usr_…, key_… */
  readonly actorId?: string | undefined
}

const storage = new AsyncLocalStorage<Context>()

/**
 * Runs `fn` and all it awaits inside `context`. On Bun the context does not reach a WebSocket's `message` handler:
 * call this there again.
 */
export function runWithContext<T>(context: Context, fn: () => T): T {
  return storage.run(context, fn)
}

/** Undefined outside any request or event. */
export function currentContext(): Context | undefined {
  return storage.getStore()
}
