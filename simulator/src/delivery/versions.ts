import type { Value } from './values.ts'

/** The first version whose webhooks tell a conversation only in a free entry point. Source: Meta, "Status messages webhook reference". */
export const withoutConversations = 24
/** Of an app that never said which. */
export const defaultWebhookVersion = 26

/** The same value as an app's version has it. */
export function shapedFor(value: Value, version: number): Value {
  const statuses = value.statuses as Value[] | undefined
  if (version < withoutConversations || !statuses?.some(tellsPaidConversation)) return value
  const without = statuses.map((status) => {
    if (!tellsPaidConversation(status)) return status
    const { conversation: _, ...rest } = status
    return rest
  })
  return { ...value, statuses: without }
}

/** Of a message with a price of its own; conversations that had the price were before these versions. */
function tellsPaidConversation({ conversation, pricing }: Value): boolean {
  const origin = (conversation as { origin?: { type?: string } } | undefined)?.origin
  const { pricing_model } = (pricing ?? {}) as { pricing_model?: string }
  return origin !== undefined && origin.type !== 'referral_conversion' && pricing_model !== 'CBP'
}
