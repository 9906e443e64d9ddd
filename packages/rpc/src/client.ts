import { type ChannelCredentials, Client, credentials, Metadata, type ServiceError } from '@grpc/grpc-js'
import { appError } from '@palomar/errors'
import { currentContext, type Logger, type Metrics, withSpan } from '@palomar/runtime'
import { clientOptions, targetOf } from './channel.ts'
import { currentDeadline } from './deadline.ts'
import { callObserver } from './observe.ts'
import type { Definition, UnaryMethod } from './server.ts'
import { fromStatus } from './wire-errors.ts'

/** Where a call's token comes from: a service's own, when the call does not bring a caller's. */
export interface TokenSource {
  /** `audience` is the service that is called. */
  get(audience: string): Promise<string> | string
}

export interface CallOptions {
  /** A caller's token, in place of the client's own. */
  token?: string
  deadlineMs?: number
  requestId?: string
  signal?: AbortSignal
}

export type RpcClient<D extends Definition> = {
  [K in keyof D]: D[K] extends UnaryMethod<infer Q, infer S>
    ? (request: Q, options?: CallOptions) => Promise<S>
    : never
} & { close(): void }

export interface RpcClientOptions {
  /** `host:port`, or a gRPC target with its scheme. */
  address: string
  /** The service called. */
  audience: string
  /** Absent: calls bring their own token, or go to public RPCs. */
  token?: TokenSource
  /** For calls that set none; the deadline of the work in hand holds as well. */
  deadlineMs: number
  logger?: Logger
  metrics?: Metrics
  /** For tests; see channel.ts. */
  minTimeBetweenResolutionsMs?: number
  credentials?: ChannelCredentials
}

/**
 * A client of one service. Every method is a promise that rejects with an AppError; nothing is retried. One channel
 * for the life of the process: it follows the backends by itself.
 */
export function createClient<D extends Definition>(
  service: D | { service: D },
  options: RpcClientOptions,
): RpcClient<D> {
  const definition = (isConstructor<D>(service) ? service.service : service) as D
  const channel = new Client(
    targetOf(options.address),
    options.credentials ?? credentials.createInsecure(),
    clientOptions(options),
  )
  const observe = callObserver(options.metrics, 'client')
  const client: Record<string, unknown> = { close: () => channel.close() }
  for (const [name, method] of Object.entries(definition)) {
    client[name] = async (request: unknown, call: CallOptions = {}) => {
      const token = call.token ?? (await options.token?.get(options.audience))
      const attrs = { 'rpc.system': 'grpc' }
      const send = () => unary(channel, method, request, call, token, options, observe)
      return withSpan(method.path, attrs, send, { kind: 'client' })
    }
  }
  return client as RpcClient<D>
}

function unary<Q, S>(
  channel: Client,
  method: UnaryMethod<Q, S>,
  request: Q,
  call: CallOptions,
  token: string | undefined,
  options: RpcClientOptions,
  observe: ReturnType<typeof callObserver>,
): Promise<S> {
  const startedAt = performance.now()
  const deadline = deadlineOf(call.deadlineMs ?? options.deadlineMs)
  return new Promise<S>((resolve, reject) => {
    if (deadline <= Date.now()) return reject(appError('deadline_exceeded'))
    const sent = channel.makeUnaryRequest(
      method.path,
      method.requestSerialize,
      method.responseDeserialize,
      request,
      metadataOf(call, token),
      { deadline },
      (error: ServiceError | null, response?: S) => {
        call.signal?.removeEventListener('abort', cancel)
        observe(method.path, error?.code ?? 0, performance.now() - startedAt)
        if (error) reject(fromStatus(error))
        else resolve(response as S)
      },
    )
    function cancel(): void {
      sent.cancel()
    }
    call.signal?.addEventListener('abort', cancel, { once: true })
    if (call.signal?.aborted) cancel()
  })
}

/** The sooner of the call's own limit and what is left of the work in hand. */
function deadlineOf(ms: number): number {
  return Math.min(Date.now() + ms, currentDeadline() ?? Number.POSITIVE_INFINITY)
}

function metadataOf(call: CallOptions, token: string | undefined): Metadata {
  const metadata = new Metadata()
  if (token !== undefined) metadata.set('authorization', `Bearer ${token}`)
  const context = currentContext()
  const requestId = call.requestId ?? context?.requestId
  if (requestId) metadata.set('x-request-id', requestId)
  if (context?.traceparent) metadata.set('traceparent', context.traceparent)
  return metadata
}

function isConstructor<D extends Definition>(service: D | { service: D }): service is { service: D } {
  return typeof service === 'function'
}
