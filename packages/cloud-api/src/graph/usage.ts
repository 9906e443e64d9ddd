import { isObject } from '../json.ts'
import type { GraphUsage } from './answer.ts'

/** How much of one hourly allowance is used. */
export interface UsageLevel {
  /** `app`, or the id of the account it counts for. */
  of: string
  /** Of a business: `whatsapp`, … */
  type?: string
  /** The highest of Meta's percentages: over 100 calls are refused. */
  percent: number
  /** Until calls are taken again; 0 while they are. */
  waitMs: number
}

/**
 * The levels in Graph's usage headers, the fullest first. What cannot be read is left out: the headers are a hint, error codes
 * are the rule. `pages.rateHeaders`
 */
export function parseUsage(usage: GraphUsage | undefined): UsageLevel[] {
  const levels: UsageLevel[] = []
  const app = parsed(usage?.app)
  if (app) levels.push(levelOf('app', app))
  for (const [id, list] of Object.entries(parsed(usage?.business) ?? {}))
    for (const item of Array.isArray(list) ? list : []) if (isObject(item)) levels.push(levelOf(id, item))
  return levels.sort((a, b) => b.percent - a.percent)
}

function levelOf(of: string, json: Record<string, unknown>): UsageLevel {
  const percents = ['call_count', 'total_cputime', 'total_time'].map((key) => Number(json[key]) || 0)
  return {
    of,
    ...(typeof json.type === 'string' ? { type: json.type } : {}),
    percent: Math.max(...percents),
    waitMs: (Number(json.estimated_time_to_regain_access) || 0) * 60_000,
  }
}

function parsed(text: string | undefined): Record<string, unknown> | undefined {
  try {
    const json: unknown = JSON.parse(text ?? '')
    return isObject(json) ? json : undefined
  } catch {
    return undefined
  }
}
