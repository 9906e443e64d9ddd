/**
 * How many signed webhooks a second the simulator sends from one process: `bun run bench:simulator`. A crowd writes faster than
 * it can, each message in a body of its own, to a server that only counts. Prints the figure and the ledger check.
 */
import { cpus, loadavg } from 'node:os'
import { startSimulator } from '../simulator/src/index.ts'

const seconds = 10
const floor = 5_000

/** In a process of its own: what is measured is the simulator's. */
const sink = new Worker(
  URL.createObjectURL(
    new Blob([
      `const seen = new Set()
       let webhooks = 0
       const server = Bun.serve({ port: 0, hostname: '127.0.0.1', async fetch(request) {
         const body = await request.text()
         webhooks++
         for (const [, wamid] of body.matchAll(/"id":"(wamid[^"]+)"/g)) seen.add(wamid)
         return new Response()
       } })
       postMessage(server.port)
       onmessage = () => postMessage({ webhooks, messages: seen.size })`,
    ]),
  ),
)
const answer = <T>() =>
  new Promise<T>((resolve) =>
    sink.addEventListener('message', ({ data }) => resolve(data as T), { once: true }),
  )

const port = await answer<number>()
const load = loadavg()[0] ?? 0
const simulator = startSimulator({
  webhookUrl: `http://127.0.0.1:${port}/webhooks/whatsapp`,
  settings: { webhookChangesMax: 1, webhookLingerMs: 0 },
  extraNumbers: 200,
})
const writesPerSecond = 12_000
simulator.control.crowd({ name: 'all', customers: 100_000, writesPerSecond, durationMs: seconds * 1_000 })
await Bun.sleep(seconds * 1_000)
const during = simulator.control.counters().webhooks
while (simulator.control.counters().pendingWebhooks > 0) await Bun.sleep(50)
const counted = answer<{ webhooks: number; messages: number }>()
sink.postMessage('?')
const { webhooks, messages } = await counted
const written = simulator.control.crowds().all?.written ?? 0
await simulator.stop()
sink.terminate()

const perSecond = Math.round(during / seconds)
const isWhole = written === messages && webhooks === written
console.log(
  `${perSecond.toLocaleString('en')} webhooks/s, each with one message, signed, answered 200 (floor ${floor})`,
)
console.log(
  `written = arrived: ${written} = ${messages}, in ${webhooks} bodies; ${isWhole ? 'nothing lost or doubled' : 'NOT WHOLE'}`,
)
console.log(
  JSON.stringify({
    id: 'simulator',
    perSecond,
    floorMet: perSecond >= floor && isWhole,
    cores: cpus().length,
    load,
  }),
)
process.exit(isWhole ? 0 : 1)
