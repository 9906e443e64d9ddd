/** A server with two methods of different access, and callers to try it with. */
import { inboxV1, ingestV1, numbersV1 } from '@palomar/contracts'
import type { Logger } from '@palomar/runtime'
import {
  createClient,
  createServer,
  type Handlers,
  type KnownCaller,
  type RpcServer,
  signCaller,
  signingKeyFromSeed,
  staticCallerKeys,
} from '../src/index.ts'

export const key = await signingKeyFromSeed(Buffer.alloc(32, 7).toString('base64'))
export const otherKey = await signingKeyFromSeed(Buffer.alloc(32, 8).toString('base64'))
export const callerKeys = staticCallerKeys({ keys: [key.publicJwk] })

export const definition = {
  getNumber: numbersV1.NumbersServiceService.getNumber,
  getChange: ingestV1.IngestServiceService.getChange,
  checkWindows: inboxV1.InboxServiceService.checkWindows,
} as const

export type TestHandlers = Handlers<typeof definition>

export const agent: KnownCaller = {
  kind: 'tenant',
  tenantId: 'ten_a',
  actorId: 'usr_a',
  role: 'agent',
  permissions: new Set(['numbers:read']),
}

export async function tokenOf(caller: KnownCaller, audience = 'ingest', options: { nowMs?: number } = {}) {
  const aud = caller.kind === 'tenant' ? { audience } : {}
  return (await signCaller(key, caller, { ...aud, ...options })).token
}

export interface Line {
  level: string
  message: string
  fields: Record<string, unknown>
}

export function recordingLogger(): Logger & { lines: Line[] } {
  const lines: Line[] = []
  const at =
    (level: string) =>
    (message: string, fields: object = {}) => {
      lines.push({ level, message, fields: fields as Record<string, unknown> })
    }
  const logger: Logger & { lines: Line[] } = {
    lines,
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    child: () => logger,
  }
  return logger
}

export const handlers: TestHandlers = {
  getNumber: async ({ id }) => numbersV1.Number.fromPartial({ id }),
  getChange: async ({ id }) => ingestV1.Change.fromPartial({ id }),
  checkWindows: async () => ({ answers: [] }),
}

export interface Started {
  server: RpcServer
  port: number
  logger: ReturnType<typeof recordingLogger>
}

export async function startServer(
  overrides: Partial<TestHandlers> = {},
  options: { connectionAgeMs?: number; port?: number; deadlineMsMax?: number } = {},
): Promise<Started> {
  const logger = recordingLogger()
  const server = createServer({ service: 'ingest', port: 0, logger, callerKeys, ...options })
  server.add(definition, { ...handlers, ...overrides })
  return { server, port: await server.start(), logger }
}

export function clientOf(port: number, deadlineMs = 5_000) {
  return createClient(definition, { address: `127.0.0.1:${port}`, audience: 'ingest', deadlineMs })
}
