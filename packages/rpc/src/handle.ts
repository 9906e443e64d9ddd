/** One unary call on the server: who calls, may he, until when; then the handler; then its answer or refusal. */
import type { ServerUnaryCall, sendUnaryData } from '@grpc/grpc-js'
import { newId, type RpcAccess } from '@palomar/contracts'
import { AppError, appError } from '@palomar/errors'
import { type Logger, runWithContext, withSpan } from '@palomar/runtime'
import { checkAccess } from './access.ts'
import type { Caller } from './caller.ts'
import { withDeadlineAt } from './deadline.ts'
import type { CallObserver } from './observe.ts'
import type { VerifiedTokens } from './verified-tokens.ts'
import { toStatus } from './wire-errors.ts'

export interface CallContext {
  readonly caller: Caller
  readonly requestId: string
  /** Absent when the caller set none: the server's own limit holds. */
  readonly deadline: Date
  readonly traceparent: string | undefined
  /** Aborts when the caller goes away or the deadline passes. */
  readonly signal: AbortSignal
}

export type Handler<Q, S> = (request: Q, call: CallContext) => Promise<S>

export interface HandleDeps {
  tokens: VerifiedTokens
  logger: Logger
  observe: CallObserver
  /** A call without a deadline of its own may take this long. */
  deadlineMsMax: number
}

const span = { kind: 'server' } as const
const anonymous: Caller = { kind: 'anonymous' }

export function handleUnary<Q, S>(path: string, access: RpcAccess, handler: Handler<Q, S>, deps: HandleDeps) {
  return (call: ServerUnaryCall<Q, S>, answer: sendUnaryData<S>): void => {
    const startedAt = performance.now()
    const context = contextOf(call, deps.deadlineMsMax)

    const finish = (error: unknown, response?: S): void => {
      const status = error === undefined ? undefined : toStatus(error)
      if (error !== undefined) logFailure(deps.logger, path, error, context.requestId)
      deps.observe(path, status?.code ?? 0, performance.now() - startedAt)
      if (status) answer(status)
      else answer(null, response as S)
    }

    const run = (caller: Caller): Promise<S> => {
      checkAccess(access, caller)
      const known = caller.kind === 'tenant' ? { tenantId: caller.tenantId, actorId: caller.actorId } : {}
      const trace = context.traceparent === undefined ? {} : { traceparent: context.traceparent }
      return runWithContext({ requestId: context.requestId, ...trace, ...known }, () =>
        withDeadlineAt(context.deadlineAtMs, () =>
          withSpan(path, { 'rpc.system': 'grpc' }, () => handler(call.request, context.as(caller)), span),
        ),
      )
    }

    try {
      const caller = access.public ? anonymous : identify(call, deps.tokens)
      const work = caller instanceof Promise ? caller.then(run) : run(caller)
      work.then((response) => finish(undefined, response), finish)
    } catch (error) {
      finish(error)
    }
  }
}

function identify(call: ServerUnaryCall<unknown, unknown>, tokens: VerifiedTokens): Caller | Promise<Caller> {
  const header = call.metadata.get('authorization')[0]
  if (typeof header !== 'string' || !header.startsWith('Bearer ')) throw appError('unauthenticated')
  const token = header.slice(7)
  return tokens.peek(token) ?? tokens.verify(token)
}

function contextOf(call: ServerUnaryCall<unknown, unknown>, deadlineMsMax: number) {
  const asked = call.getDeadline()
  const askedAtMs = asked instanceof Date ? asked.getTime() : asked
  const deadlineAtMs = Number.isFinite(askedAtMs) ? askedAtMs : Date.now() + deadlineMsMax
  const requestId = textOf(call, 'x-request-id') ?? newId('request')
  const traceparent = textOf(call, 'traceparent')
  return {
    requestId,
    traceparent,
    deadlineAtMs,
    as: (caller: Caller): CallContext => new LazyContext(call, caller, requestId, deadlineAtMs, traceparent),
  }
}

/** Most handlers never look at the signal, so it is only made for those who do. */
class LazyContext implements CallContext {
  #signal: AbortSignal | undefined
  constructor(
    private readonly call: ServerUnaryCall<unknown, unknown>,
    readonly caller: Caller,
    readonly requestId: string,
    private readonly deadlineAtMs: number,
    readonly traceparent: string | undefined,
  ) {}
  get deadline(): Date {
    return new Date(this.deadlineAtMs)
  }
  get signal(): AbortSignal {
    if (!this.#signal) {
      const controller = new AbortController()
      if (this.call.cancelled) controller.abort()
      else this.call.once('cancelled', () => controller.abort())
      this.#signal = controller.signal
    }
    return this.#signal
  }
}

function textOf(call: ServerUnaryCall<unknown, unknown>, key: string): string | undefined {
  const value = call.metadata.get(key)[0]
  // Bounded: it ends up in every log line of the call.
  return typeof value === 'string' && value !== '' && value.length <= 128 ? value : undefined
}

/** What we refused on purpose is the caller's to log; what we did not expect is logged here, once, and only here. */
function logFailure(logger: Logger, path: string, error: unknown, requestId: string): void {
  if (error instanceof AppError && error.code !== 'internal') return
  logger.error('call failed', { method: path, request_id: requestId, error })
}
