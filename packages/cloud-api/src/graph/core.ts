import { createHmac } from 'node:crypto'
import type http from 'node:http'
import { isObject } from '../json.ts'
import { createAgent, restMsMax } from './agent.ts'
import { answerOf, type GraphAnswer, type GraphResult, readAnswer } from './answer.ts'
import { exchange } from './exchange.ts'
import { jsonBody, type RequestBody } from './request-body.ts'

/** What every call says of itself. */
export interface GraphCall {
  token: string
  /** `v22.0`, or 22. */
  version: string | number
  deadlineMs: number
  signal?: AbortSignal | undefined
  /** Asked when the socket is connected, before the first byte; false makes it `not_sent`. */
  onConnected?: (() => unknown) | undefined
  /** Signs the call when the app demands it: `appsecret_proof`, the HMAC of the token under the app's secret. */
  appSecret?: string | undefined
  /** Another host than the client's, for the few edges on https://api.facebook.com. */
  host?: string | undefined
}

export interface GraphRequest {
  method: 'GET' | 'POST' | 'DELETE'
  /** Below the version, without a slash before it; use {@link edge} for ids that come from elsewhere. */
  path: string
  query?: Readonly<Record<string, string | undefined>>
  /** Sent as JSON. */
  json?: unknown
  body?: { body: RequestBody; contentType: string }
  headers?: Readonly<Record<string, string>>
}

export interface GraphClientOptions {
  /** `https://graph.facebook.com`, or a simulator's. */
  baseUrl: string
  /** Ours when absent: keep-alive, and no socket is reused that rested over 5 s. */
  agent?: http.Agent
  socketsMax?: number
  /** Shorter in tests. */
  socketRestMsMax?: number
  /** Hosts that may see our token when a file is read from them, beside the host of `baseUrl`; and all below them. */
  mediaHosts?: readonly string[]
}

/** The one way of every call to Graph. */
export interface GraphCore {
  readonly base: URL
  readonly mediaHosts: readonly string[]
  agentFor(url: URL): http.Agent
  request(
    call: GraphCall,
    request: GraphRequest,
    isSuccess?: (json: Record<string, unknown>) => boolean,
  ): Promise<GraphResult>
  ask<T>(
    call: GraphCall,
    request: GraphRequest,
    read: (json: Record<string, unknown>) => T | undefined,
  ): Promise<GraphAnswer<T>>
  close(): void
}

/** Where media of received messages are read. [doc] "Media", Jun 16 2026 */
const metasMediaHosts = ['lookaside.fbsbx.com']

export function createCore({
  baseUrl,
  agent: given,
  socketsMax = 512,
  socketRestMsMax = restMsMax,
  mediaHosts = metasMediaHosts,
}: GraphClientOptions): GraphCore {
  const base = new URL(baseUrl)
  const agents = new Map<string, http.Agent>()
  if (given) agents.set(base.protocol, given)
  const agentFor = (url: URL): http.Agent => {
    const known = agents.get(url.protocol)
    if (known) return known
    const agent = createAgent(url, { socketsMax, restMsMax: socketRestMsMax })
    agents.set(url.protocol, agent)
    return agent
  }
  agentFor(base)

  async function request(
    call: GraphCall,
    { method, path, query = {}, json, body, headers = {} }: GraphRequest,
    isSuccess: (json: Record<string, unknown>) => boolean = () => true,
  ): Promise<GraphResult> {
    const url = urlOf(call.host === undefined ? base : new URL(call.host), call.version, path)
    for (const [name, value] of Object.entries(query))
      if (value !== undefined) url.searchParams.set(name, value)
    if (call.appSecret !== undefined)
      url.searchParams.set(
        'appsecret_proof',
        createHmac('sha256', call.appSecret).update(call.token).digest('hex'),
      )
    const sent = json === undefined ? body?.body : jsonBody(json)
    const type = json === undefined ? body?.contentType : 'application/json'
    const outcome = await exchange({
      method,
      url,
      headers: {
        authorization: `Bearer ${call.token}`,
        accept: 'application/json',
        ...(type === undefined ? {} : { 'content-type': type }),
        ...headers,
      },
      body: sent,
      agent: agentFor(url),
      deadlineMs: call.deadlineMs,
      signal: call.signal,
      onConnected: call.onConnected,
    })
    return readAnswer(outcome, isSuccess)
  }

  return {
    base,
    mediaHosts,
    agentFor,
    request,
    ask: async (call, what, read) => answerOf(await request(call, what), read),
    close: () => {
      for (const agent of agents.values()) agent.destroy()
    },
  }
}

function urlOf(base: URL, version: string | number, path: string): URL {
  return new URL(`${base.href.replace(/\/+$/, '')}/${versionPath(version)}/${path}`)
}

const versionPath = (version: string | number): string => {
  const number = String(version).replace(/^v/i, '')
  return `v${number.includes('.') ? number : `${number}.0`}`
}

/** A path of ids and words: whatever an id holds, it stays one step. */
export const edge = (...steps: string[]): string => steps.map(encodeURIComponent).join('/')

/** `{"success": true}`, the answer to nearly everything that changes something. */
export const successIn = (json: Record<string, unknown>): true | undefined =>
  json.success === true || json.success === 'true' ? true : undefined

/** `{"id": "…"}`, as text also when it comes as a number. */
export function idIn(json: Record<string, unknown>): string | undefined {
  const { id } = json
  if (typeof id === 'number') return String(id)
  return typeof id === 'string' && id !== '' ? id : undefined
}

/** One page of a list of Graph's. */
export interface Page {
  data: Record<string, unknown>[]
  /** Pass it as `after` for the next page; absent on the last. */
  after?: string
}

export function pageIn(json: Record<string, unknown>): Page | undefined {
  if (!Array.isArray(json.data)) return undefined
  const paging = isObject(json.paging) ? json.paging : {}
  const cursors = isObject(paging.cursors) ? paging.cursors : {}
  // The last page has cursors too, but no next.
  const after =
    typeof paging.next === 'string' && typeof cursors.after === 'string' ? cursors.after : undefined
  return { data: json.data.filter(isObject), ...(after === undefined ? {} : { after }) }
}

export interface Paging {
  limit?: number
  after?: string
}

export const pagingQuery = ({ limit, after }: Paging): Record<string, string | undefined> => ({
  limit: limit === undefined ? undefined : String(limit),
  after,
})
