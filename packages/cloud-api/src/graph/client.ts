import type http from 'node:http'
import { type GraphError, parseGraphError } from '../errors/graph-error.ts'
import { isObject } from '../json.ts'
import type { TemplateDefinition } from '../template/definition.ts'
import { parseTemplatePage } from '../template/list.ts'
import { createAgent, restMsMax } from './agent.ts'
import { type Exchange, exchange } from './exchange.ts'

/** What became of a request (CONTRACTS 27). */
export type GraphResult =
  /** Graph itself answered, with what was asked for or an error of its own; see {@link parseGraphError}. */
  | { kind: 'answered'; status: number; json: Record<string, unknown>; usage?: GraphUsage }
  /** Certainly nothing left: no name, no connection, no TLS, or called off before the first byte. */
  | { kind: 'not_sent'; reason: string }
  /** It may have arrived: time-out, reset, a gateway's page, an answer that says nothing. */
  | { kind: 'in_doubt'; reason: string }

/** How much of Meta's hourly allowances is used, as its headers tell: JSON text. */
export interface GraphUsage {
  business?: string
  app?: string
}

export interface GraphCall {
  token: string
  /** `v22.0`, or 22. */
  version: string | number
  deadlineMs: number
  signal?: AbortSignal | undefined
}

export interface SendCall extends GraphCall {
  phoneNumberId: string
  body: unknown
  /** Asked when the socket is connected, before the first byte; false makes it `not_sent`. */
  onConnected?: (() => unknown) | undefined
}

export type TemplateListing =
  | { ok: true; templates: TemplateDefinition[] }
  | { ok: false; error?: GraphError; reason: string }

export interface GraphClient {
  /** `POST /{phone_number_id}/messages`, once. */
  sendMessage(call: SendCall): Promise<GraphResult>
  /** All templates of an account. */
  listTemplates(call: GraphCall & { wabaId: string }): Promise<TemplateListing>
  /** `GET` of a node or edge such as `4000041`; answered also when the JSON is an error. */
  get(call: GraphCall & { path: string; query?: Record<string, string> }): Promise<GraphResult>
  /** Closes idle sockets; requests under way end as they would. */
  close(): void
}

export interface GraphClientOptions {
  /** `https://graph.facebook.com`, or a simulator's. */
  baseUrl: string
  /** Ours when absent: keep-alive, and no socket is reused that rested over 5 s. */
  agent?: http.Agent
  socketsMax?: number
  /** Shorter in tests. */
  socketRestMsMax?: number
}

/** 6,000 is the most an account can have. */
const templatePageSize = 250
const templatePagesMax = 40

export function createGraphClient({
  baseUrl,
  agent: given,
  socketsMax = 512,
  socketRestMsMax = restMsMax,
}: GraphClientOptions): GraphClient {
  const base = new URL(baseUrl)
  const agent = given ?? createAgent(base, { socketsMax, restMsMax: socketRestMsMax })
  const root = base.href.replace(/\/+$/, '')
  const urlOf = ({ version }: GraphCall, path: string, query: Record<string, string> = {}) => {
    const url = new URL(`${root}/${versionPath(version)}/${path}`)
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value)
    return url
  }
  const headersOf = ({ token }: GraphCall) => ({
    authorization: `Bearer ${token}`,
    accept: 'application/json',
  })

  async function sendMessage(call: SendCall): Promise<GraphResult> {
    const outcome = await exchange({
      method: 'POST',
      url: urlOf(call, `${encodeURIComponent(call.phoneNumberId)}/messages`),
      headers: { ...headersOf(call), 'content-type': 'application/json' },
      body: JSON.stringify(call.body),
      agent,
      deadlineMs: call.deadlineMs,
      signal: call.signal,
      onConnected: call.onConnected,
    })
    // A read receipt is answered with success alone.
    return readAnswer(outcome, (json) => messageIdIn(json) !== undefined || json.success === true)
  }

  async function get(
    call: GraphCall & { path: string; query?: Record<string, string> },
  ): Promise<GraphResult> {
    const outcome = await exchange({
      method: 'GET',
      url: urlOf(call, call.path, call.query),
      headers: headersOf(call),
      agent,
      deadlineMs: call.deadlineMs,
      signal: call.signal,
    })
    return readAnswer(outcome, () => true)
  }

  async function listTemplates(call: GraphCall & { wabaId: string }): Promise<TemplateListing> {
    const templates: TemplateDefinition[] = []
    let after: string | undefined
    for (let page = 0; page < templatePagesMax; page++) {
      const query = { limit: String(templatePageSize), ...(after === undefined ? {} : { after }) }
      const path = `${encodeURIComponent(call.wabaId)}/message_templates`
      const result = await get({ ...call, path, query })
      if (result.kind !== 'answered') return { ok: false, reason: result.reason }
      const error = parseGraphError(result.json)
      if (error) return { ok: false, error, reason: error.title }
      const listed = parseTemplatePage(result.json)
      if (!listed) return { ok: false, reason: 'the answer is no list of templates' }
      templates.push(...listed.templates)
      after = listed.after
      if (after === undefined) break
    }
    return { ok: true, templates }
  }

  return { sendMessage, listTemplates, get, close: () => agent.destroy() }
}

const versionPath = (version: string | number): string => {
  const number = String(version).replace(/^v/i, '')
  return `v${number.includes('.') ? number : `${number}.0`}`
}

/** The wamid in the answer to a send. */
export function messageIdIn(json: unknown): string | undefined {
  if (!isObject(json) || !Array.isArray(json.messages)) return undefined
  const [first] = json.messages
  return isObject(first) && typeof first.id === 'string' && first.id !== '' ? first.id : undefined
}

function readAnswer(outcome: Exchange, isSuccess: (json: Record<string, unknown>) => boolean): GraphResult {
  if (outcome.kind !== 'response') return outcome
  const { status, headers, bytes } = outcome
  const json = parse(bytes)
  const isGraphs =
    isObject(json) && (parseGraphError(json) !== undefined || (status < 300 && isSuccess(json)))
  // Whoever wrote this, it was not Graph: what Graph did with the request is unknown.
  if (!isGraphs) return { kind: 'in_doubt', reason: `HTTP ${status} without an answer of Graph's` }
  const business = headers['x-business-use-case-usage']
  const app = headers['x-app-usage']
  const usage: GraphUsage = {
    ...(typeof business === 'string' ? { business } : {}),
    ...(typeof app === 'string' ? { app } : {}),
  }
  return { kind: 'answered', status, json, ...(business || app ? { usage } : {}) }
}

function parse(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'))
  } catch {
    return undefined
  }
}
