export type Direction = 'inbound' | 'outbound'

/** What is known of one message, whichever of its events came. */
export interface Fact {
  tenantId: string
  messageId: string
  numberId: string
  conversationId: string | null
  direction: Direction
  type: string
  createdBy: string
  at: Date
  storedAt: Date | null
  version: bigint
  state: string
  acceptedAt: Date | null
  sentAt: Date | null
  deliveredAt: Date | null
  readAt: Date | null
  failedAt: Date | null
  errorCode: number
  failureCode: string
  pricingCategory: string
  pricingModel: string
  billable: boolean | null
}

/** What every event of a message says. */
interface OfMessage {
  tenantId: string
  messageId: string
  numberId: string
  conversationId: string | null
  direction: Direction
  type: string
  createdBy: string
  /** The event's own time. */
  at: Date
}

/** MessageStored. */
export interface Stored extends OfMessage {
  kind: 'stored'
  storedAt: Date
}

/** MessageUpdated. */
export interface Updated extends OfMessage {
  kind: 'updated'
  version: bigint
  state: string
  acceptedAt: Date | null
  sentAt: Date | null
  deliveredAt: Date | null
  readAt: Date | null
  failedAt: Date | null
  errorCode: number
  failureCode: string
  pricingCategory: string
  pricingModel: string
  billable: boolean | null
}

export type Told = Stored | Updated

export function factOfNothing(told: OfMessage): Fact {
  return {
    tenantId: told.tenantId,
    messageId: told.messageId,
    numberId: told.numberId,
    conversationId: null,
    direction: told.direction,
    type: '',
    createdBy: '',
    at: told.at,
    storedAt: null,
    version: 0n,
    state: '',
    acceptedAt: null,
    sentAt: null,
    deliveredAt: null,
    readAt: null,
    failedAt: null,
    errorCode: 0,
    failureCode: '',
    pricingCategory: '',
    pricingModel: '',
    billable: null,
  }
}

/**
 * One more event of a message. Order and repetition do not matter: of the time it was stored the earliest holds, of
 * states the highest version, of names the one that says more. Gives the same object when nothing is new.
 */
export function foldFact(fact: Fact, told: Told): Fact {
  const next = told.kind === 'stored' ? foldStored(fact, told) : foldUpdated(fact, told)
  const common = {
    type: sayingMore(fact.type, told.type),
    createdBy: greater(fact.createdBy, told.createdBy),
    at: earlier(fact.at, told.at),
  }
  const isNew = next !== fact || Object.entries(common).some(([key, value]) => fact[key as 'type'] !== value)
  return isNew ? { ...next, ...common } : fact
}

function foldStored(fact: Fact, told: Stored): Fact {
  const isEarlier = fact.storedAt === null || told.storedAt < fact.storedAt
  // A merge moves conversations, and only MessageUpdated tells of it later.
  const conversationId = fact.version > 0n ? fact.conversationId : told.conversationId
  if (!isEarlier && conversationId === fact.conversationId) return fact
  return { ...fact, conversationId, storedAt: isEarlier ? told.storedAt : fact.storedAt }
}

function foldUpdated(fact: Fact, told: Updated): Fact {
  if (told.version <= fact.version) return fact
  const { kind: _, ...rest } = told
  return { ...fact, ...rest, storedAt: fact.storedAt }
}

/** A placeholder is named after what it stands for once that is known. */
function sayingMore(held: string, told: string): string {
  if (held === 'media_placeholder') return told || held
  return told === 'media_placeholder' ? held || told : greater(held, told)
}

const greater = (a: string, b: string) => (b > a ? b : a)
const earlier = (a: Date, b: Date) => (b.getTime() < a.getTime() ? b : a)
