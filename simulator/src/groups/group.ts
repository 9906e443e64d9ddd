import type { ChatMessage } from '../world/types.ts'

/** A group of WhatsApp with a business in it, which has made it. People come in by its link alone. */
export interface Group {
  id: string
  phoneNumberId: string
  subject: string
  description: string
  joinApprovalMode: JoinApprovalMode
  inviteLink: string
  /** Unix ms. */
  createdAt: number
  isSuspended: boolean
  isDeleted: boolean
  /** wa_ids, without the business. */
  participants: Set<string>
  joinRequests: Map<string, JoinRequest>
  messages: GroupMessage[]
  /** wa_ids of those who look at the group now. */
  openBy: Set<string>
}

export type JoinApprovalMode = 'auto_approve' | 'approval_required'

export interface JoinRequest {
  id: string
  waId: string
  at: number
}

/** `state` of a participant's message: `read` once the business says so, each by itself. */
export type GroupMessage = Omit<ChatMessage, 'from'> & {
  /** A participant's wa_id, or the business. */
  from: string
}

/** In code points. Source: Meta, "Group management". */
const subjectMax = 128
const descriptionMax = 2_048
/** Enough for a phone's screen. */
export const messagesMax = 300

export function problemWithTexts(subject: string, description: string): string | undefined {
  if ([...subject].length > subjectMax) return `subject takes up to ${subjectMax} characters.`
  if ([...description].length > descriptionMax) return `description takes up to ${descriptionMax} characters.`
  return undefined
}
