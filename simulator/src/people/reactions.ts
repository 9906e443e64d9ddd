import type { Outbound } from '../delivery/outbox.ts'
import type { Chat } from '../world/types.ts'

const dayMs = 86_400_000
const reactableMs = 30 * dayMs
const keptMax = 300
/** A reaction has an id like every message, and is none to react to. */
const reactions = new WeakMap<Chat, Set<string>>()

export function noteReaction(chat: Chat, wamid: string): void {
  const known = reactions.get(chat) ?? new Set<string>()
  reactions.set(chat, known.add(wamid))
  const [oldest] = known
  if (known.size > keptMax && oldest !== undefined) known.delete(oldest)
}

/** 131009: to a message over 30 days old, deleted, or itself a reaction. What the chat has forgotten is let pass. [?] */
export function reactionProblem(chat: Chat | undefined, { shown, at }: Outbound): number | undefined {
  if (!chat || shown.type !== 'reaction') return undefined
  const { message_id: wamid } = shown.content as { message_id?: string }
  const message = chat.messages.find((each) => each.wamid === wamid)
  const isOver = message && (message.isRevoked || at - message.at > reactableMs)
  return isOver || reactions.get(chat)?.has(wamid ?? '') ? 131009 : undefined
}
