import type { Benchmark, Ledger, RunOptions } from '../benchmark.ts'
import { machine, syncMicroseconds } from '../settings.ts'
import { durability } from './durability.ts'
import { type Delivery, planOf } from './plan.ts'
import { type AcceptedLine, acceptedBy, openProduct, type Product, phoneOf } from './product.ts'
import { openSocket } from './socket.ts'
import { quantile, Stopwatch } from './stopwatch.ts'
import { countSyncs, perEvent } from './syncs.ts'

const perSecond = 300
const numbersCount = 40
const customers = 500
const warmUpS = 5
const lag = 75
const drainMs = 15_000

/** A steady rate that anyone should bear: how long until an agent sees what Meta told us. */
export const p3: Benchmark = {
  id: 'P3',
  title: `webhook → stored → on the WebSocket at ${perSecond}/s, 75 % statuses of messages in the ledger`,
  async run({ say, quick }: RunOptions) {
    const before = machine()
    const seconds = quick ? 10 : 30
    const product = await openProduct({ numbers: numbersCount, latencyMs: 0, say })
    try {
      const syncUs = syncMicroseconds(product.demo.settings.options.folder)
      const wanted = Math.ceil((perSecond * (seconds + warmUpS)) / 4)
      const sent = await fillLedger(product, wanted)
      say(`${sent.length} messages of ours are in the ledger and wait for their statuses`)
      const plan = planOf({
        numbers: product.numbers,
        sent,
        secret: product.demo.settings.secrets.appSecret,
        lag,
        customers,
      })
      const stopwatch = new Stopwatch()
      const socket = await openSocket(product, (frame, at) => stopwatch.see(frame, at))
      const syncsBefore = await countSyncs(product)
      const startedAt = performance.now()
      const { answered, lateMs } = await post(product, plan, stopwatch)
      const postedS = (performance.now() - startedAt) / 1_000
      const end = performance.now() + drainMs
      while (stopwatch.waiting > 0 && performance.now() < end) await Bun.sleep(20)
      say(
        `${plan.length} webhooks posted in ${postedS.toFixed(1)} s, ${stopwatch.waiting} not seen on the socket`,
      )
      const syncs = perEvent(syncsBefore, await countSyncs(product), plan.length)
      const { ledger, unstored } = await check(product, plan, stopwatch, socket.repeated)
      socket.close()

      const measured = [...stopwatch.took.values()].filter(
        (one) => one.startedAt >= startedAt + warmUpS * 1_000,
      )
      const msOf = (wanted: (what: string) => boolean) =>
        measured.filter(({ what }) => wanted(what)).map(({ ms }) => ms)
      const all = msOf(() => true)
      const p50 = quantile(all, 0.5)
      const p99 = quantile(all, 0.99)
      return {
        figures: {
          webhooks_per_second: plan.length / postedS,
          p50_ms: p50,
          p90_ms: quantile(all, 0.9),
          p99_ms: p99,
          max_ms: Math.max(...all),
          inbound_p50_ms: quantile(
            msOf((what) => what === 'inbound'),
            0.5,
          ),
          inbound_p99_ms: quantile(
            msOf((what) => what === 'inbound'),
            0.99,
          ),
          status_p50_ms: quantile(
            msOf((what) => what !== 'inbound'),
            0.5,
          ),
          status_p99_ms: quantile(
            msOf((what) => what !== 'inbound'),
            0.99,
          ),
          webhook_answer_p50_ms: quantile(answered, 0.5),
          webhook_answer_p99_ms: quantile(answered, 0.99),
          generator_late_p99_ms: quantile(lateMs, 0.99),
          seen_on_socket: stopwatch.took.size,
          not_seen_on_socket: stopwatch.waiting,
          not_stored: unstored,
          frames_repeated: socket.repeated,
          socket_breaks: socket.breaks,
          ...syncs,
        },
        bars: [
          { figure: 'p50_ms', value: p50, floor: 15, goal: 10, isAtMost: true },
          { figure: 'p99_ms', value: p99, floor: 100, goal: 50, isAtMost: true },
        ],
        ledger,
        settings: {
          ...before,
          load_average_after: machine().load_average,
          ...(await durability(product)),
          sync_microseconds: syncUs,
          companies: 1,
          numbers: numbersCount,
          customers,
          sockets: 1,
          webhooks_with_one_change: plan.length,
          statuses_share: plan.filter(({ what }) => what !== 'inbound').length / plan.length,
          warm_up_seconds_not_measured: warmUpS,
          seconds,
        },
      }
    } finally {
      await product.stop()
    }
  },
}

/** Sent for real, over the API and the simulator, which is told to keep the statuses: those are ours to post. */
async function fillLedger(product: Product, count: number): Promise<AcceptedLine[]> {
  const { numbers, sql } = product
  await product.control('faults', { noStatus: 1 })
  const messages = Array.from({ length: count }, (_, n) => ({
    number: numbers[n % numbers.length] as (typeof numbers)[number],
    to: phoneOf(n),
  }))
  for (let at = 0; at < count; at += 250) await product.send(messages.slice(at, at + 250))
  const end = performance.now() + 60_000
  for (;;) {
    const [row] = await sql<{ n: number }[]>`
      select count(*)::int as n from inbox.messages
      where direction = 'outbound' and conversation_id is not null and wamid <> ''`
    if ((row?.n ?? 0) >= count) break
    if (performance.now() > end) throw new Error(`only ${row?.n} of ${count} messages reached the inbox`)
    await Bun.sleep(200)
  }
  return acceptedBy(product.demo)
}

/** Each at its own time, whether or not the ones before it have been answered. */
async function post(product: Product, plan: readonly Delivery[], stopwatch: Stopwatch) {
  const url = `${product.demo.urls.gateway}/webhooks/whatsapp`
  const answered: number[] = []
  const lateMs: number[] = []
  const under: Promise<void>[] = []
  const startedAt = performance.now()
  for (const [n, delivery] of plan.entries()) {
    const dueAt = startedAt + (n * 1_000) / perSecond
    while (performance.now() < dueAt) await Bun.sleep(Math.max(0, dueAt - performance.now()))
    under.push(postOne(delivery))
    lateMs.push(performance.now() - dueAt)
  }
  await Promise.all(under)
  return { answered, lateMs }

  async function postOne(delivery: Delivery): Promise<void> {
    const at = performance.now()
    stopwatch.start(delivery)
    const response = await fetch(url, {
      method: 'POST',
      body: delivery.body,
      headers: { 'content-type': 'application/json', 'x-hub-signature-256': delivery.signature },
    })
    await response.arrayBuffer()
    if (response.status !== 200) throw new Error(`a webhook was answered ${response.status}`)
    answered.push(performance.now() - at)
  }
}

/** Sent = stored = seen on the socket; what is there twice, or was shown twice in one version, is doubled. */
async function check(
  { sql }: Product,
  plan: readonly Delivery[],
  stopwatch: Stopwatch,
  repeated: number,
): Promise<{ ledger: Ledger; unstored: number }> {
  const rows = await sql<
    { wamid: string; direction: string; sent: boolean; delivered: boolean; read: boolean }[]
  >`select wamid, direction, sent_at is not null as sent, delivered_at is not null as delivered,
      read_at is not null as read
    from inbox.messages where conversation_id is not null and wamid <> ''`
  const stored = new Map<string, number>()
  const count = (key: string) => stored.set(key, (stored.get(key) ?? 0) + 1)
  for (const row of rows) {
    if (row.direction === 'inbound') count(`inbound ${row.wamid}`)
    if (row.sent) count(`sent ${row.wamid}`)
    if (row.delivered) count(`delivered ${row.wamid}`)
    if (row.read) count(`read ${row.wamid}`)
  }
  const keys = plan.map(({ what, wamid }) => `${what} ${wamid}`)
  const unstored = keys.filter((key) => !stored.has(key)).length
  const lost = keys.filter((key) => !stored.has(key) || !stopwatch.took.has(key)).length
  const doubled = keys.filter((key) => (stored.get(key) ?? 0) > 1).length + repeated
  return { ledger: { sent: keys.length, stored: keys.length - unstored, lost, doubled }, unstored }
}
