import { stack } from '@palomar/testkit'
import { type Benchmark, type Ledger, median, type RunOptions } from '../benchmark.ts'
import { machine, syncMicroseconds } from '../settings.ts'
import { type Contender, openField } from './contenders.ts'
import type { Answers, Round } from './generator.ts'
import { checkRound, noLedger, sum } from './ledger.ts'

const connections = 256
/** A round's requests are made beforehand: as many as the last rate needs, with room to be faster. */
const headroom = 1.6
const warmUpRequests = 30_000

interface Score {
  rates: number[]
  p50Ms: number[]
  p99Ms: number[]
}

/** Webhooks accepted and on disk, against the loops that publish each one by itself; pairs interleaved in one run. */
export const p1: Benchmark = {
  id: 'P1',
  title: `webhooks accepted and on disk, ${connections} connections`,
  async run({ say, quick }: RunOptions) {
    const before = machine()
    const folder = stack().folder()
    const syncUs = syncMicroseconds(folder)
    const field = await openField()
    const { gateway, synced, unsynced } = field
    const contenders: Contender[] = [gateway, unsynced, synced]
    const seconds = quick ? 2 : 5
    const rounds = quick ? 2 : 5
    const scores = new Map(
      contenders.map(({ name }): [string, Score] => [name, { rates: [], p50Ms: [], p99Ms: [] }]),
    )
    let ledger: Ledger = noLedger
    try {
      const rateOf = new Map<string, number>()
      // Round 0 warms up, and says how many requests the others need. Its ledger counts, its rate does not.
      for (let at = 0; at <= rounds; at++) {
        for (const contender of rotated(contenders, at)) {
          const run = `P1r${at}${contenders.indexOf(contender)}`
          const requestsMax =
            at === 0 ? warmUpRequests : Math.ceil((rateOf.get(contender.name) ?? 1_000) * seconds * headroom)
          const answers = await generate({ ...contender, run, connections, seconds, requestsMax })
          const checked = await checkRound(run, answers, contender.takeStored)
          ledger = sum(ledger, checked)
          const rate = (answers.sent - answers.failed.length) / answers.seconds
          rateOf.set(contender.name, Math.max(rate, rateOf.get(contender.name) ?? 0))
          say(
            `${at === 0 ? 'warm-up' : `round ${at}`} ${contender.name}: ${Math.round(rate)}/s, p50 ${answers.p50Ms} ms, ` +
              `p99 ${answers.p99Ms} ms, lost ${checked.lost}, doubled ${checked.doubled}`,
          )
          const score = scores.get(contender.name)
          if (at === 0 || !score) continue
          score.rates.push(rate)
          score.p50Ms.push(answers.p50Ms)
          score.p99Ms.push(answers.p99Ms)
        }
      }
      const counted = await gateway.counted()
      const of = (contender: Contender) => scores.get(contender.name) ?? { rates: [], p50Ms: [], p99Ms: [] }
      const ratio = (other: Contender) =>
        median(of(gateway).rates.map((rate, at) => rate / (of(other).rates[at] ?? Number.POSITIVE_INFINITY)))
      const timesUnsynced = ratio(unsynced)
      const timesSynced = ratio(synced)
      return {
        figures: {
          gateway_per_second: Math.round(median(of(gateway).rates)),
          gateway_p50_ms: median(of(gateway).p50Ms),
          gateway_p99_ms: median(of(gateway).p99Ms),
          unsynced_loop_per_second: Math.round(median(of(unsynced).rates)),
          synced_loop_per_second: Math.round(median(of(synced).rates)),
          times_unsynced_loop: timesUnsynced,
          times_synced_loop: timesSynced,
          syncs_per_webhook: counted.publishes / Math.max(1, counted.webhooks),
          webhooks_per_sync: counted.webhooks / Math.max(1, counted.publishes),
        },
        bars: [
          { figure: 'times_unsynced_loop', value: timesUnsynced, floor: 1, goal: 1.8 },
          { figure: 'times_synced_loop', value: timesSynced, floor: 5, goal: 8 },
        ],
        ledger,
        settings: {
          ...before,
          load_average_after: machine().load_average,
          nats: field.natsVersion,
          sync: 'sync_interval always (gateway, synced loop); 2m (unsynced loop)',
          sync_microseconds: syncUs,
          connections,
          rounds,
          seconds_per_round: seconds,
          hmac: true,
        },
      }
    } finally {
      await field.stop()
    }
  },
}

/** Each round begins with another, so that whatever the machine does meanwhile falls on all of them. */
function rotated<T>(items: readonly T[], by: number): T[] {
  const from = by % items.length
  return [...items.slice(from), ...items.slice(0, from)]
}

async function generate({ port, path, run, connections, seconds, requestsMax }: Round): Promise<Answers> {
  const round: Round = { port, path, run, connections, seconds, requestsMax }
  const child = Bun.spawn([process.execPath, `${import.meta.dir}/generator.ts`, JSON.stringify(round)], {
    stdout: 'pipe',
    stderr: 'inherit',
  })
  const text = await new Response(child.stdout).text()
  if ((await child.exited) !== 0) throw new Error('the load generator failed')
  return JSON.parse(text) as Answers
}
