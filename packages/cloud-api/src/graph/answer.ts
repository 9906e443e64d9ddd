import type http from 'node:http'
import { type GraphError, parseGraphError } from '../errors/graph-error.ts'
import { isObject } from '../json.ts'
import type { Exchange, Unanswered } from './exchange.ts'

/** What became of a request (CONTRACTS 27). */
export type GraphResult =
  /** Graph itself answered, with what was asked for or an error of its own; see {@link parseGraphError}. */
  | { kind: 'answered'; status: number; json: Record<string, unknown>; usage?: GraphUsage }
  /** Certainly nothing left: no name, no connection, no TLS, or called off before the first byte. */
  | { kind: 'not_sent'; reason: string }
  /** It may have arrived: time-out, reset, a gateway's page, an answer that says nothing. */
  | { kind: 'in_doubt'; reason: string }

/** The same with Graph's answer read: the value asked for, or Graph's own no. */
export type GraphAnswer<T> =
  | { kind: 'ok'; value: T; usage?: GraphUsage }
  | { kind: 'error'; status: number; error: GraphError; usage?: GraphUsage }
  | Unanswered

/** How much of Meta's hourly allowances is used, as its headers tell: JSON text. See `parseUsage`. */
export interface GraphUsage {
  business?: string
  app?: string
  /** The version that served the call, which is another when ours has ended: `v25.0`. */
  version?: string
}

export function readAnswer(
  outcome: Exchange,
  isSuccess: (json: Record<string, unknown>) => boolean,
): GraphResult {
  if (outcome.kind !== 'response') return outcome
  const { status, headers, bytes } = outcome
  const json = parse(bytes)
  const isGraphs =
    isObject(json) && (parseGraphError(json) !== undefined || (status < 300 && isSuccess(json)))
  // Whoever wrote this, it was not Graph: what Graph did with the request is unknown.
  if (!isGraphs) return { kind: 'in_doubt', reason: `HTTP ${status} without an answer of Graph's` }
  const usage = usageIn(headers)
  return { kind: 'answered', status, json, ...(usage ? { usage } : {}) }
}

/** An answer as a value of ours; one that `read` cannot read is as good as none. */
export function answerOf<T>(
  result: GraphResult,
  read: (json: Record<string, unknown>) => T | undefined,
): GraphAnswer<T> {
  if (result.kind !== 'answered') return result
  const { status, json, usage } = result
  const more = usage ? { usage } : {}
  const error = parseGraphError(json)
  if (error) return { kind: 'error', status, error, ...more }
  const value = read(json)
  return value === undefined
    ? { kind: 'in_doubt', reason: `HTTP ${status} without what was asked for` }
    : { kind: 'ok', value, ...more }
}

function usageIn(headers: http.IncomingHttpHeaders): GraphUsage | undefined {
  const business = headers['x-business-use-case-usage']
  const app = headers['x-app-usage']
  const version = headers['facebook-api-version']
  const usage: GraphUsage = {
    ...(typeof business === 'string' ? { business } : {}),
    ...(typeof app === 'string' ? { app } : {}),
    ...(typeof version === 'string' ? { version } : {}),
  }
  return Object.keys(usage).length > 0 ? usage : undefined
}

function parse(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'))
  } catch {
    return undefined
  }
}
