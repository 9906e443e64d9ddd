import { Server, ServerCredentials, type UntypedServiceImplementation } from '@grpc/grpc-js'
import { rpcAccess, type Service } from '@palomar/contracts'
import type { Logger, Metrics } from '@palomar/runtime'
import type { CallerKeys } from './caller-keys.ts'
import { serverOptions } from './channel.ts'
import { type Handler, handleUnary } from './handle.ts'
import { addHealth, type Parts } from './health.ts'
import { callObserver } from './observe.ts'
import { addReflection } from './reflection.ts'
import { createVerifiedTokens } from './verified-tokens.ts'

/** The part of a generated service definition that types need. */
// biome-ignore lint/suspicious/noExplicitAny: methods of one definition have different request types
export type Definition = Record<string, UnaryMethod<any, any>>
export interface UnaryMethod<Q, S> {
  path: string
  requestStream: false
  responseStream: false
  requestSerialize: (value: Q) => Buffer
  requestDeserialize: (bytes: Buffer) => Q
  responseSerialize: (value: S) => Buffer
  responseDeserialize: (bytes: Buffer) => S
}

/** One handler per method of a definition; leaving one out is a type error. */
export type Handlers<D extends Definition> = {
  [K in keyof D]: D[K] extends UnaryMethod<infer Q, infer S> ? Handler<Q, S> : never
}

export interface RpcServerOptions {
  /** Also the audience that callers' tokens must name. */
  service: Service
  /** 0: a free one. */
  port: number
  host?: string
  logger: Logger
  metrics?: Metrics
  callerKeys: CallerKeys
  reflection?: boolean
  /** What health answers for by name besides the services; see health.ts. */
  parts?: Parts
  /** For tests; see channel.ts. */
  connectionAgeMs?: number
  /** How long a call may take whose caller set no deadline. */
  deadlineMsMax?: number
}

export interface RpcServer {
  add<D extends Definition>(definition: D, handlers: Handlers<D>): void
  /** Listens; the port. */
  start(): Promise<number>
  /** Health says NOT_SERVING, new calls are refused, calls under way finish; after `graceMs` they are cut. */
  stop(graceMs: number): Promise<void>
}

export function createServer(options: RpcServerOptions): RpcServer {
  const server = new Server(serverOptions(options))
  const tokens = createVerifiedTokens(options.callerKeys, options.service)
  const observe = callObserver(options.metrics, 'server')
  const health = addHealth(server, options.parts)
  const served: string[] = []
  const deps = { tokens, logger: options.logger, observe, deadlineMsMax: options.deadlineMsMax ?? 30_000 }

  return {
    add(definition, handlers) {
      const implementation: UntypedServiceImplementation = {}
      for (const [name, method] of Object.entries(definition)) {
        const access = rpcAccess[method.path]
        // A method without a declared access would be open or dead; either is a mistake found at start.
        if (!access) throw new Error(`${method.path} has no access option`)
        const handler = handlers[name]
        if (!handler) throw new Error(`${method.path} has no handler`)
        implementation[name] = handleUnary(method.path, access, handler as Handler<unknown, unknown>, deps)
        const serviceName = method.path.split('/')[1]
        if (serviceName && !served.includes(serviceName)) served.push(serviceName)
      }
      server.addService(definition, implementation)
    },
    async start() {
      if (options.reflection !== false) addReflection(server, served)
      const address = `${options.host ?? '127.0.0.1'}:${options.port}`
      const port = await new Promise<number>((resolve, reject) => {
        server.bindAsync(address, ServerCredentials.createInsecure(), (error, bound) =>
          error ? reject(new Error(`cannot listen on ${address}`, { cause: error })) : resolve(bound),
        )
      })
      health.set(['', ...served], 'SERVING')
      return port
    },
    async stop(graceMs) {
      health.set(['', ...served], 'NOT_SERVING')
      health.close()
      await new Promise<void>((resolve) => {
        const cut = setTimeout(() => {
          server.forceShutdown()
          resolve()
        }, graceMs)
        server.tryShutdown(() => {
          clearTimeout(cut)
          resolve()
        })
      })
    },
  }
}
