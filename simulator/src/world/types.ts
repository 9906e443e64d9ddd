import type { RenderedTemplate, TemplateDefinition } from '@palomar/cloud-api'

/** What Meta would know. Ids are decimal strings, as Meta's are. */
export interface App {
  id: string
  name: string
  /** Last path segment of the webhook in Palomar; the default app has the bare path. */
  slug: string
  secret: string
  verifyToken: string
  /** Empty: this app has no webhook. */
  webhookUrl: string
  /** Which fields it hears of; all of them when it never said. */
  fields?: ReadonlySet<string>
  /** What it signed with before its secret was changed. */
  previousSecret?: string
  /** In development Meta holds back what people do. */
  isInDevelopment?: boolean
  /** Its tokens need an `appsecret_proof`. */
  requiresProof?: boolean
  /** The major version that its webhooks are shaped by; the newest when it never said. */
  version?: number
}

export interface PhoneNumber {
  id: string
  displayPhoneNumber: string
  verifiedName: string
  wabaId: string
  /** Meta's business portfolio. */
  businessId: string
  appId: string
  token: string
  /** Part of the demo company from the start. */
  isClaimed: boolean
  /** Messages per second, both directions together. */
  throughput: number
  /** For the minute in which its throughput goes up. */
  isInMaintenance?: boolean
  /** A display name under review. */
  requestedName?: string
  quality: 'GREEN' | 'YELLOW' | 'RED' | 'UNKNOWN'
  /** What Meta answers to every send from here: registered and in good standing, or one of its refusals. */
  standing: 'good' | 'unregistered' | 'locked' | 'unpaid'
  /** An official business account: only those have groups. */
  isOfficial: boolean
}

export interface Template extends TemplateDefinition {
  wabaId: string
  /** `message_send_ttl_seconds`; -1 stands for 30 days. */
  ttlSeconds?: number
  /** When it was edited while approved, Unix ms. */
  edits?: number[]
  pausedAt?: number
  /** How often it was paused for its quality. */
  pauses?: number
  wasApproved?: boolean
  /** What it was, and since when it is out of use. */
  archived?: { from: string; at: number }
  subCategory?: string
  previousCategory?: string
  /** What it will be when the notice is over. */
  correctCategory?: string
  libraryName?: string
}

export interface Customer {
  waId: string
  /** In the demo's portfolio; in others see people/people.ts. */
  userId: string
  name: string
  isOnWhatsApp: boolean
  /** The phone is off: what is sent waits. */
  isOffline: boolean
  /** Sends read receipts. */
  tellsRead: boolean
  stopsMarketing: boolean
  /** Takes nothing from any business any more. */
  blocks: boolean
  /** Has a username and keeps the number from businesses that do not know it. */
  hidesPhone: boolean
  /** Without @; empty: none. */
  username?: string
  /** On WhatsApp, and yet nothing arrives: the terms are not accepted, or the app is too old. */
  unfit?: 'terms' | 'client' | ''
  /** How many had the number before. */
  generation?: number
  /** How often WhatsApp was installed anew. */
  installations?: number
  /** Somebody else has the number now. */
  isGone?: boolean
}

export interface ChatMessage {
  wamid: string
  from: 'customer' | 'business'
  at: number
  type: string
  /** One line of what it says. */
  text: string
  /** Meta's own object of that type, for the phone to draw. */
  content: unknown
  template?: RenderedTemplate
  /** Of a customer's message: `read` once the business says so. */
  state: 'sent' | 'delivered' | 'read'
  quoted?: string
  reaction?: string
  /** A voice note of the business: the customer has heard it. */
  isPlayed?: boolean
  isEdited?: boolean
  /** Deleted for everyone. */
  isRevoked?: boolean
}

export interface Chat {
  phoneNumberId: string
  waId: string
  messages: ChatMessage[]
  /** The customer has the chat open: what arrives is read at once. */
  isOpen: boolean
  /** The business shows that it is typing, until then. */
  typingUntil: number
}

/** One line of the other ledger: what a customer wrote. */
export interface Written {
  wamid: string
  phoneNumberId: string
  from: string
  type: string
  at: number
}

/** One line of the simulator's own ledger: what Graph accepted. */
export interface Accepted {
  wamid: string
  phoneNumberId: string
  to: string
  type: string
  echo: string
  at: number
}
