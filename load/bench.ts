/**
 * `bun run bench <id>… [--quick]`: runs benchmarks of DESIGN 9, one after the other. Each prints its figures, settings
 * and ledger check; its last line is JSON. Exits 1 when a floor is missed or the ledger does not agree.
 */
import { parseArgs } from 'node:util'
import { type Benchmark, isFloorMet, isWhole, meets, type Result } from './benchmark.ts'

/** Loaded when asked for: one benchmark's clients are of no use to another. */
const benchmarks: Record<string, () => Promise<Benchmark>> = {
  P1: async () => (await import('./p1/p1.ts')).p1,
  P3: async () => (await import('./p3/p3.ts')).p3,
  P4: async () => (await import('./p4/p4.ts')).p4,
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { quick: { type: 'boolean', default: false } },
})
const unknown = positionals.filter((id) => !benchmarks[id])
if (positionals.length === 0 || unknown.length > 0) {
  for (const id of unknown) console.error(`there is no benchmark ${id}`)
  console.error(`usage: bun run bench <${Object.keys(benchmarks).join('|')}>… [--quick]`)
  process.exit(2)
}

let isAllMet = true
for (const id of positionals) {
  const benchmark = await benchmarks[id]?.()
  if (!benchmark) continue
  console.log(`${benchmark.id}: ${benchmark.title}`)
  const result = await benchmark.run({ say: (line) => console.log(`  ${line}`), quick: values.quick })
  print(benchmark, result)
  isAllMet &&= isFloorMet(result)
}
process.exit(isAllMet ? 0 : 1)

function print({ id }: Benchmark, result: Result): void {
  const { figures, bars, ledger, settings } = result
  const width = Math.max(...Object.keys(figures).map((name) => name.length))
  console.log('\nfigures')
  for (const [name, value] of Object.entries(figures)) console.log(`  ${name.padEnd(width)}  ${shown(value)}`)
  console.log('bars')
  for (const bar of bars) {
    const { figure, value, floor, goal } = bar
    const verdict = meets(bar, goal) ? 'goal met' : meets(bar, floor) ? 'floor met' : 'FLOOR MISSED'
    console.log(`  ${figure}  ${shown(value)} (floor ${floor}, goal ${goal}): ${verdict}`)
  }
  const { sent, stored, lost, doubled } = ledger
  console.log(
    `ledger: sent ${sent}, stored ${stored}, lost ${lost}, doubled ${doubled}: ${isWhole(ledger) ? 'agrees' : 'DOES NOT AGREE'}`,
  )
  console.log('settings')
  for (const [name, value] of Object.entries(settings)) console.log(`  ${name}  ${JSON.stringify(value)}`)
  console.log(
    JSON.stringify({
      id,
      figures,
      floor_met: isFloorMet(result),
      goal_met: isWhole(ledger) && bars.every((bar) => meets(bar, bar.goal)),
      bars,
      ledger,
      settings,
    }),
  )
}

function shown(value: number): string {
  return Number.isInteger(value) ? String(value) : value.toFixed(2)
}
