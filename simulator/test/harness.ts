import { afterEach } from 'bun:test'
import {
  createGraphClient,
  type GraphResult,
  type InboundMessage,
  messagesIn,
  type ParsedChange,
  parseGraphError,
  parseWebhook,
  type Status,
  statusesIn,
  verifySignature,
} from '@palomar/cloud-api'
import { eventually } from '@palomar/testkit'
import { type Control, type SimulatorOptions, startSimulator } from '../src/index.ts'

export const demo = {
  phoneNumberId: '100000000000001',
  wabaId: '200000000000001',
  token: 'simulator-access-token',
  customer: '573001112233',
}

/** A body that came in, as bytes; its signature was right. */
export interface Delivered {
  bytes: Uint8Array
  path: string
  headers: Headers
  changes: ParsedChange[]
}

export interface World {
  url: string
  webhookUrl: string
  control: Control
  /** Answers for the webhook; 200 when it is left alone. */
  answers: { status: number }
  delivered: Delivered[]
  badSignatures: number
  send(body: Record<string, unknown>, from?: { phoneNumberId?: string; token?: string }): Promise<GraphResult>
  changes(): ParsedChange[]
  statuses(wamid?: string): Status[]
  inbound(): InboundMessage[]
  /** Resolves with the statuses of a message when `word` is among them. */
  untilStatus(wamid: string, word: string): Promise<Status[]>
}

const opened: (() => unknown)[] = []
afterEach(async () => {
  for (const close of opened.splice(0).reverse()) await close()
})

export const appSecret = 'simulator-app-secret'
export const otherAppSecret = 'sim-secret-clinica-norte-0123456'

/** A simulator and a webhook of ours that checks every signature. */
export function startWorld(options: SimulatorOptions = {}): World {
  const answers = { status: 200 }
  const delivered: Delivered[] = []
  const sink = Bun.serve({
    hostname: '127.0.0.1',
    port: 0,
    async fetch(request) {
      const url = new URL(request.url)
      if (request.method === 'GET') return new Response(url.searchParams.get('hub.challenge'))
      const bytes = new Uint8Array(await request.arrayBuffer())
      const secret = url.pathname.endsWith('/clinica') ? otherAppSecret : appSecret
      if (!verifySignature(bytes, request.headers.get('x-hub-signature-256'), [secret])) world.badSignatures++
      const parsed = parseWebhook(bytes)
      const { headers } = request
      delivered.push({ bytes, path: url.pathname, headers, changes: parsed.ok ? parsed.changes : [] })
      return new Response('', { status: answers.status })
    },
  })
  opened.push(() => sink.stop(true))
  const webhookUrl = `http://127.0.0.1:${sink.port}/webhooks/whatsapp`
  const simulator = startSimulator({
    webhookUrl,
    ...options,
    settings: { sentMs: 5, deliveredMs: 15, ...options.settings },
  })
  opened.push(simulator.stop)
  const client = createGraphClient({ baseUrl: simulator.url })
  opened.push(client.close)
  const changes = () => delivered.flatMap((each) => each.changes)
  const statuses = (wamid?: string) =>
    changes()
      .flatMap(statusesIn)
      .filter((status) => wamid === undefined || status.wamid === wamid)
  const world: World = {
    url: simulator.url,
    webhookUrl,
    control: simulator.control,
    answers,
    delivered,
    badSignatures: 0,
    send: (body, { phoneNumberId = demo.phoneNumberId, token = demo.token } = {}) =>
      client.sendMessage({
        phoneNumberId,
        token,
        version: 'v22.0',
        deadlineMs: 5_000,
        body: { messaging_product: 'whatsapp', to: demo.customer, ...body },
      }),
    changes,
    statuses,
    inbound: () => changes().flatMap(messagesIn),
    async untilStatus(wamid, word) {
      return eventually(() => {
        const own = statuses(wamid)
        if (!own.some(({ status }) => status === word))
          throw new Error(`no ${word} among ${own.map((s) => s.status)}`)
        return own
      })
    },
  }
  return world
}

export const hello = { type: 'template', template: { name: 'hello_world', language: { code: 'en_US' } } }
export const text = { type: 'text', text: { body: 'hola' } }

export function wamidOf(result: GraphResult): string {
  const [message] =
    (result.kind === 'answered' ? (result.json.messages as { id: string }[] | undefined) : undefined) ?? []
  if (!message) throw new Error(`not accepted: ${JSON.stringify(result)}`)
  return message.id
}

export function errorOf(result: GraphResult) {
  if (result.kind !== 'answered') throw new Error(`not answered: ${JSON.stringify(result)}`)
  const error = parseGraphError(result.json)
  if (!error) throw new Error(`no error: ${JSON.stringify(result.json)}`)
  return { status: result.status, ...error }
}

/** What follows sends under way has followed. */
export const settled = (world: World): Promise<void> =>
  eventually(() => {
    const { pendingWebhooks } = world.control.counters()
    if (pendingWebhooks > 0) throw new Error(`${pendingWebhooks} changes wait`)
  })
