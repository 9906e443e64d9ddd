/**
 * The deadline of the work in hand. A server sets it around its handler and a gateway around a request; calls made
 * inside inherit it, so that nobody works for a caller who has given up.
 */
import { AsyncLocalStorage } from 'node:async_hooks'

const scope = new AsyncLocalStorage<number>()

/** Runs `fn` with a deadline at `deadlineAtMs` (epoch), or the outer one when that is sooner. */
export function withDeadlineAt<T>(deadlineAtMs: number, fn: () => T): T {
  const outer = scope.getStore()
  return scope.run(outer === undefined ? deadlineAtMs : Math.min(outer, deadlineAtMs), fn)
}

/** As {@link withDeadlineAt}, in milliseconds from now. */
export function withDeadline<T>(ms: number, fn: () => T): T {
  return withDeadlineAt(Date.now() + ms, fn)
}

/** Epoch milliseconds; undefined outside any deadline. */
export function currentDeadline(): number | undefined {
  return scope.getStore()
}
