/** What Meta would know. Ids are decimal strings, as Meta's are. */

export interface App {
  id: string
  name: string
  /** Last path segment of the webhook in Palomar; the default app has the bare path. */
  slug: string
  secret: string
  verifyToken: string
  webhookUrl: string
}

export interface PhoneNumber {
  id: string
  displayPhoneNumber: string
  verifiedName: string
  wabaId: string
  businessId: string
  appId: string
  token: string
  /** Part of the demo company from the start. */
  isClaimed: boolean
}

export interface Template {
  id: string
  wabaId: string
  name: string
  language: string
  category: 'MARKETING' | 'UTILITY' | 'AUTHENTICATION'
  status: 'APPROVED' | 'PENDING' | 'PAUSED' | 'REJECTED'
  components: { type: string; text?: string; format?: string }[]
}

export interface Customer {
  waId: string
  userId: string
  name: string
  isOnWhatsApp: boolean
}

export interface ChatMessage {
  wamid: string
  from: 'customer' | 'business'
  at: number
  type: string
  /** What the phone shows. */
  text: string
  /** Ticks of what the customer sees as his own message, or the state of the business's. */
  state: 'sent' | 'delivered' | 'read' | 'failed'
  quoted?: string
}

export interface Chat {
  phoneNumberId: string
  waId: string
  messages: ChatMessage[]
  /** When the customer last wrote; the service window counts from it. */
  lastInboundAt: number
  /** The customer has the chat open: what arrives is read at once. */
  isOpen: boolean
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
