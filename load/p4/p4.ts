import type { Benchmark, RunOptions } from '../benchmark.ts'
import { durability } from '../p3/durability.ts'
import { openProduct, throughputPerSecond } from '../p3/product.ts'
import { machine, syncMicroseconds } from '../settings.ts'
import { sendBacklog } from './backlog.ts'
import { runCircle } from './circle.ts'
import { checkSends } from './ledger.ts'

const numbersCount = 200
const latencyMs = 150
/** So many for each number; not whole thousands, at which the simulator's list of what it accepted never ends. */
const backlogMessages = { quick: 4_200, full: 12_600 }
const offeredPerSecond = 500

/** What we send: how fast a backlog drains, and how many messages a second make the whole way with their statuses. */
export const p4: Benchmark = {
  id: 'P4',
  title: `outbound, simulator answering after ${latencyMs} ms, ${numbersCount} numbers`,
  async run({ say, quick }: RunOptions) {
    const before = machine()
    const product = await openProduct({ numbers: numbersCount, latencyMs, say })
    try {
      const syncUs = syncMicroseconds(product.demo.settings.options.folder)
      const backlog = await sendBacklog(product, {
        count: quick ? backlogMessages.quick : backlogMessages.full,
        say,
      })
      const seconds = quick ? 10 : 30
      const circle = await runCircle(product, {
        perSecond: offeredPerSecond,
        seconds,
        people: backlog.ids.length,
        say,
      })
      const checked = await checkSends(product, {
        silent: backlog.ids,
        reported: circle.ids,
        seen: circle.seen,
      })
      return {
        figures: { ...backlog.figures, ...circle.figures, ...checked.figures },
        bars: [
          {
            figure: 'backlog_sent_per_second',
            value: backlog.figures.backlog_sent_per_second,
            floor: 2_500,
            goal: 4_000,
          },
          {
            figure: 'circle_per_second',
            value: circle.figures.circle_per_second,
            floor: 500,
            goal: 1_000,
          },
        ],
        ledger: checked.ledger,
        settings: {
          ...before,
          load_average_after: machine().load_average,
          ...(await durability(product)),
          sync_microseconds: syncUs,
          simulator_answers_after_ms: latencyMs,
          companies: 1,
          numbers: numbersCount,
          throughput_per_second_of_each: throughputPerSecond,
          backlog_messages: backlog.ids.length,
          backlog: 'accepted with one scheduled_at for all, before it; no statuses',
          statistics:
            'analyzed once the backlog was accepted: without it the claim times out and nothing is sent',
          circle_offered_per_second: offeredPerSecond,
          circle_offered_seconds: seconds,
          circle_statuses_of_each: 3,
          not_measured_yet: 'the bare loop, one number with 1,000/s, five minutes',
        },
      }
    } finally {
      await product.stop()
    }
  },
}
