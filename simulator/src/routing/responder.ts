import type { PhoneNumber } from '../world/types.ts'

/** Who may answer on a number: its own app, Meta's agent, or another app, which may be subscribed to the account or not. */
export const responders = ['app', 'ai_agent', 'partner'] as const
export type Responder = (typeof responders)[number]

/** How a number's conversations are routed, as its business sets it up in Meta's suite. */
export interface RoutingPlan {
  /** Whom a thread that nobody owns goes to. */
  primary: Responder
  /** Who may take threads, and to whom they are passed. */
  escalation: Responder
  /** Whether those who do not own a thread hear of it. */
  hasStandby: boolean
}

/** Apps of nobody in this world: Meta's agent, and another app where none is subscribed. */
export const strangers = { ai_agent: '400000000000901', partner: '400000000000902' } as const

export const responderOf = (number: PhoneNumber, appId: string): Responder =>
  appId === number.appId ? 'app' : appId === strangers.ai_agent ? 'ai_agent' : 'partner'

/** Meta's word for a place in the plan. Source: webhooks sheet, 5.5. */
export const roleOf = ({ primary, escalation }: RoutingPlan, responder: Responder): string =>
  responder === 'ai_agent'
    ? 'ai_agent'
    : responder === escalation && responder !== primary
      ? 'escalation'
      : 'customer_service'
