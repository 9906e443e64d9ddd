import { isObject } from '../json.ts'
import type { GraphAnswer } from './answer.ts'
import { edge, type GraphCall, type GraphCore, type Page, pageIn, successIn } from './core.ts'

type Fields = Record<string, unknown>
type OfAccount = GraphCall & { wabaId: string }

export type HealthState = 'AVAILABLE' | 'LIMITED' | 'BLOCKED'

/** Whether a node can send; the worst of its entities decides. */
export interface Health {
  canSendMessage: HealthState | string
  entities: {
    type: string
    id: string
    canSendMessage: HealthState | string
    errors: { code: number; description: string; solution: string }[]
  }[]
}

export interface AnalyticsCall extends OfAccount {
  edge:
    | 'analytics'
    | 'conversation_analytics'
    | 'pricing_analytics'
    | 'template_analytics'
    | 'template_group_analytics'
    | 'call_analytics'
    | 'group_analytics'
  /** Unix seconds. */
  start: number
  end: number
  granularity: string
  /** `metric_types`, `dimensions`, `phone_numbers`, `template_ids`, …: each a list. */
  lists?: Readonly<Record<string, readonly string[]>>
}

export interface AccountCalls {
  getAccount(call: OfAccount & { fields?: readonly string[] }): Promise<GraphAnswer<Fields>>
  /** The calling app hears of the account; with an override, at another address, which Meta asks first. */
  subscribe(
    call: OfAccount & { override?: { callbackUri: string; verifyToken: string } },
  ): Promise<GraphAnswer<true>>
  listSubscriptions(call: OfAccount): Promise<GraphAnswer<Page>>
  unsubscribe(call: OfAccount): Promise<GraphAnswer<true>>
  /** Of a number, an account, a portfolio, a template or a flow. */
  getHealth(call: GraphCall & { nodeId: string }): Promise<GraphAnswer<Health>>
  /** One of the account's analytics, as Meta shapes it. */
  getAnalytics(call: AnalyticsCall): Promise<GraphAnswer<Fields>>
}

/** `pages.account` */
export const accountCalls = (core: GraphCore): AccountCalls => ({
  getAccount: (call) =>
    core.ask(
      call,
      { method: 'GET', path: edge(call.wabaId), query: { fields: call.fields?.join(',') } },
      (json) => json,
    ),
  subscribe: (call) =>
    core.ask(
      call,
      {
        method: 'POST',
        path: edge(call.wabaId, 'subscribed_apps'),
        ...(call.override
          ? {
              json: {
                override_callback_uri: call.override.callbackUri,
                verify_token: call.override.verifyToken,
              },
            }
          : {}),
      },
      successIn,
    ),
  listSubscriptions: (call) =>
    core.ask(call, { method: 'GET', path: edge(call.wabaId, 'subscribed_apps') }, pageIn),
  unsubscribe: (call) =>
    core.ask(call, { method: 'DELETE', path: edge(call.wabaId, 'subscribed_apps') }, successIn),
  getHealth: (call) =>
    core.ask(call, { method: 'GET', path: edge(call.nodeId), query: { fields: 'health_status' } }, healthIn),
  getAnalytics: (call) =>
    core.ask(
      call,
      { method: 'GET', path: edge(call.wabaId), query: { fields: analyticsField(call) } },
      (json) => (isObject(json[call.edge]) ? (json[call.edge] as Fields) : {}),
    ),
})

/** `pricing_analytics.start(1).end(2).granularity(DAILY).dimensions(["COUNTRY"])` */
function analyticsField({ edge: name, start, end, granularity, lists = {} }: AnalyticsCall): string {
  const more = Object.entries(lists).map(([key, values]) => `.${key}(${JSON.stringify(values)})`)
  return `${name}.start(${start}).end(${end}).granularity(${granularity})${more.join('')}`
}

function healthIn(json: Fields): Health | undefined {
  const health = json.health_status
  if (!isObject(health)) return undefined
  const objects = (value: unknown) => (Array.isArray(value) ? value.filter(isObject) : [])
  const text = (value: unknown) => (value === undefined || value === null ? '' : String(value))
  return {
    canSendMessage: text(health.can_send_message),
    entities: objects(health.entities).map((entity) => ({
      type: text(entity.entity_type),
      id: text(entity.id),
      canSendMessage: text(entity.can_send_message),
      errors: objects(entity.errors).map((error) => ({
        code: Number(error.error_code) || 0,
        description: text(error.error_description),
        solution: text(error.possible_solution),
      })),
    })),
  }
}
