import type { Simulation } from '../simulation.ts'

const stepMs: Record<string, number> = {
  HALF_HOUR: 1_800_000,
  DAY: 86_400_000,
  DAILY: 86_400_000,
  MONTH: 30 * 86_400_000,
  MONTHLY: 30 * 86_400_000,
}

/**
 * `analytics`, `pricing_analytics` and their kind, from the simulator's own ledger: what Graph accepted counts as sent
 * and delivered. `field` is as asked: `analytics.start(1).end(2).granularity(DAY)`.
 */
export function analyticsOf({ world }: Simulation, wabaId: string, field: string) {
  const argument = (name: string) => new RegExp(`\\.${name}\\(([^)]*)\\)`).exec(field)?.[1] ?? ''
  const [edge = ''] = field.split('.')
  const start = Number(argument('start')) * 1_000
  const end = Number(argument('end')) * 1_000
  const granularity = argument('granularity') || 'DAY'
  const step = stepMs[granularity] ?? stepMs.DAY ?? 0
  const ours = new Set(
    [...world.numbers.values()].filter((number) => number.wabaId === wabaId).map(({ id }) => id),
  )
  const counts = new Map<number, number>()
  for (const { phoneNumberId, at } of world.ledger.rows()) {
    if (!ours.has(phoneNumberId) || at < start || at >= end) continue
    const from = start + Math.floor((at - start) / step) * step
    counts.set(from, (counts.get(from) ?? 0) + 1)
  }
  const points = [...counts].sort(([a], [b]) => a - b)
  const span = (from: number) => ({ start: from / 1_000, end: Math.min(from + step, end) / 1_000 })
  if (edge === 'analytics') {
    return {
      phone_numbers: [...ours].map((id) => world.numbers.get(id)?.displayPhoneNumber.replace(/\D/g, '')),
      granularity,
      data_points: points.map(([from, count]) => ({ ...span(from), sent: count, delivered: count })),
    }
  }
  return {
    granularity,
    data: [{ data_points: points.map(([from, volume]) => ({ ...span(from), volume, cost: 0 })) }],
  }
}
