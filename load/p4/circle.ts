import { type Product, phoneOf } from '../p3/product.ts'
import { openSocket } from '../p3/socket.ts'
import { quantile } from '../p3/stopwatch.ts'

export interface Circle {
  ids: string[]
  /** Those whose `read` was on the socket. */
  seen: ReadonlySet<string>
  figures: {
    circle_per_second: number
    circle_accepted_by_api_per_second: number
    circle_open_when_offering_ended: number
    circle_not_read_on_socket: number
    circle_p50_ms_from_request_to_read: number
    circle_p99_ms_from_request_to_read: number
    circle_frames_repeated: number
    circle_socket_breaks: number
  }
}

export interface CircleOptions {
  perSecond: number
  seconds: number
  /** The recipients: those of the backlog. */
  people: number
  say(line: string): void
}

/** Requests per second: each brings its share of the rate. */
const requestsPerSecond = 20
const readMs = 400
const drainMs = 20_000

/**
 * POST → ledger → Graph → sent, delivered, read → ledger → inbox → socket, at an offered rate. A product that is slower
 * than that drains afterwards, and the time of the drain counts.
 */
export async function runCircle(
  product: Product,
  { perSecond, seconds, people, say }: CircleOptions,
): Promise<Circle> {
  const { numbers } = product
  await product.control('faults', { noStatus: 0 })
  await product.control('settings', { readMs })
  const readAt = new Map<string, number>()
  const socket = await openSocket(product, ({ direction, state, id }, at) => {
    if (direction === 'outbound' && state === 'read' && !readAt.has(id)) readAt.set(id, at)
  })
  const askedAt = new Map<string, number>()
  const each = perSecond / requestsPerSecond
  const requests = seconds * requestsPerSecond
  const under: Promise<void>[] = []
  const startedAt = performance.now()
  for (let n = 0; n < requests; n++) {
    const dueAt = startedAt + (n * 1_000) / requestsPerSecond
    while (performance.now() < dueAt) await Bun.sleep(Math.max(0, dueAt - performance.now()))
    under.push(request(n * each))
  }
  await Promise.all(under)
  const offeredS = (performance.now() - startedAt) / 1_000
  const seenThen = readAt.size
  say(`circle: ${askedAt.size} accepted in ${offeredS.toFixed(1)} s, ${readAt.size} of them read by then`)
  const end = performance.now() + drainMs
  const waiting = () => [...askedAt.keys()].filter((id) => !readAt.has(id)).length
  while (waiting() > 0 && performance.now() < end) await Bun.sleep(100)
  const missing = waiting()
  const own = [...askedAt].flatMap(([id, asked]) => {
    const at = readAt.get(id)
    return at === undefined ? [] : [{ at, ms: at - asked }]
  })
  const lastAt = own.reduce((last, { at }) => Math.max(last, at), startedAt)
  socket.close()
  const took = own.map(({ ms }) => ms)
  return {
    ids: [...askedAt.keys()],
    seen: new Set(readAt.keys()),
    figures: {
      circle_per_second: own.length / ((lastAt - startedAt) / 1_000),
      circle_accepted_by_api_per_second: askedAt.size / offeredS,
      circle_open_when_offering_ended: askedAt.size - seenThen,
      circle_not_read_on_socket: missing,
      circle_p50_ms_from_request_to_read: quantile(took, 0.5),
      circle_p99_ms_from_request_to_read: quantile(took, 0.99),
      circle_frames_repeated: socket.repeated,
      circle_socket_breaks: socket.breaks,
    },
  }

  async function request(from: number): Promise<void> {
    const asked = performance.now()
    // The recipients of the backlog again, from the same numbers: people whom the company knows.
    const part = Array.from({ length: each }, (_, n) => ({
      number: numbers[(from + n) % numbers.length] as (typeof numbers)[number],
      to: phoneOf((from + n) % people),
    }))
    for (const id of await product.send(part)) askedAt.set(id, asked)
  }
}
