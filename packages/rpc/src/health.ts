/**
 * grpc.health.v1, what kubelet and gRPC clients ask. Written out here because the npm package reads its .proto from
 * node_modules when it starts, which a bundled service does not have.
 */
import { BinaryReader, BinaryWriter } from '@bufbuild/protobuf/wire'
import {
  type Server,
  type ServerUnaryCall,
  type ServerWritableStream,
  type sendUnaryData,
  status,
} from '@grpc/grpc-js'

export type ServingStatus = 'SERVING' | 'NOT_SERVING'

/** What a service stands on, asked by name as if it were a service: `postgres`, `nats`. False or a throw: away. */
export type Parts = Record<string, () => unknown>

interface HealthCheckRequest {
  service: string
}
interface HealthCheckResponse {
  status: number
}
type Watcher = ServerWritableStream<HealthCheckRequest, HealthCheckResponse>

const wire = { SERVING: 1, NOT_SERVING: 2 } as const
const serviceUnknown = 3
/** A part that has not answered by then is away; whoever asks waits a little longer. */
const partMsMax = 1_500
/** Watches are cheap but held open by the client. */
const watchersMax = 1_000

const codec = {
  requestSerialize: (request: HealthCheckRequest) =>
    Buffer.from(new BinaryWriter().uint32(10).string(request.service).finish()),
  requestDeserialize: (bytes: Buffer): HealthCheckRequest => {
    const reader = new BinaryReader(bytes)
    let service = ''
    while (reader.pos < reader.len) {
      const tag = reader.uint32()
      if (tag === 10) service = reader.string()
      else reader.skip(tag & 7)
    }
    return { service }
  },
  responseSerialize: (response: HealthCheckResponse) =>
    Buffer.from(new BinaryWriter().uint32(8).int32(response.status).finish()),
  responseDeserialize: (bytes: Buffer): HealthCheckResponse => {
    const reader = new BinaryReader(bytes)
    return { status: reader.len === 0 || reader.uint32() !== 8 ? 0 : reader.int32() }
  },
}

export const healthDefinition = {
  check: { path: '/grpc.health.v1.Health/Check', requestStream: false, responseStream: false, ...codec },
  watch: { path: '/grpc.health.v1.Health/Watch', requestStream: false, responseStream: true, ...codec },
} as const

export interface Health {
  set(services: readonly string[], status: ServingStatus): void
  /** Ends the watches: they are calls that would hold up a graceful stop for ever. */
  close(): void
}

export function addHealth(server: Server, parts: Parts = {}): Health {
  const known = new Map<string, ServingStatus>([['', 'NOT_SERVING']])
  const watchers = new Map<Watcher, string>()
  const wireOf = (service: string): number => {
    const now = known.get(service)
    return now ? wire[now] : serviceUnknown
  }

  server.addService(healthDefinition, {
    check(
      call: ServerUnaryCall<HealthCheckRequest, HealthCheckResponse>,
      answer: sendUnaryData<HealthCheckResponse>,
    ) {
      const now = known.get(call.request.service)
      const part = Object.hasOwn(parts, call.request.service) ? parts[call.request.service] : undefined
      if (now) answer(null, { status: wire[now] })
      else if (part) void stateOf(part).then((state) => answer(null, { status: wire[state] }))
      else answer({ code: status.NOT_FOUND, details: 'unknown service' })
    },
    watch(call: Watcher) {
      if (watchers.size >= watchersMax) {
        call.emit('error', { code: status.RESOURCE_EXHAUSTED, details: 'too many watches' })
        return
      }
      watchers.set(call, call.request.service)
      call.on('cancelled', () => watchers.delete(call))
      call.write({ status: wireOf(call.request.service) })
    },
  })

  return {
    set(services, state) {
      for (const service of services) known.set(service, state)
      for (const [call, service] of watchers) {
        if (services.includes(service)) call.write({ status: wireOf(service) })
      }
    },
    close() {
      for (const call of watchers.keys()) call.end()
      watchers.clear()
    },
  }
}

async function stateOf(part: () => unknown): Promise<ServingStatus> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), partMsMax)
  })
  try {
    const answer = await Promise.race([Promise.resolve().then(part), late])
    return answer === false ? 'NOT_SERVING' : 'SERVING'
  } catch {
    return 'NOT_SERVING'
  } finally {
    clearTimeout(timer)
  }
}
