/** What k6 says at its end, as far as we read it. */
export interface Summary {
  metrics: Record<string, { values: Record<string, number>; thresholds?: Record<string, { ok: boolean }> }>
}

export interface Verdict {
  /** `http_req_duration{journey:rest} p(95)<1500` */
  threshold: string
  ok: boolean
  /** As measured; undefined when nothing was. */
  value: number | undefined
}

/** One per threshold. A journey that was never made has no samples, and k6 lets its limits pass: here it fails. */
export function verdictsOf({ metrics }: Summary): Verdict[] {
  return Object.entries(metrics).flatMap(([name, { values, thresholds = {} }]) =>
    Object.entries(thresholds).map(([expression, { ok }]) => {
      const value = values[expression.split(/[<>=]/)[0] ?? '']
      const isCount = expression.startsWith('count')
      const isMeasured = isCount || isSampled(name, values)
      return {
        threshold: `${name} ${expression}`,
        ok: ok && isMeasured,
        value: isMeasured ? value : undefined,
      }
    }),
  )
}

function isSampled(name: string, values: Record<string, number>): boolean {
  if (/^(checks|http_req_failed)/.test(name)) return (values.passes ?? 0) + (values.fails ?? 0) > 0
  return (values.max ?? 0) > 0
}

export const countOf = ({ metrics }: Summary, name: string): number => metrics[name]?.values.count ?? 0
