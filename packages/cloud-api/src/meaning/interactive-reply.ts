import type { Json } from '../json.ts'
import type { WireInteractive } from '../webhook/fields/message.ts'
import { given } from './given.ts'

/** What a customer chose or filled in. Ids and payloads come from the client: untrusted text. */
export type InteractiveReply =
  | { kind: 'button'; id: string; title: string }
  | { kind: 'list'; id: string; title: string; description?: string }
  /** A finished flow or form; `response` is its JSON, null when that is not JSON. */
  | { kind: 'form'; name: string; body: string; response: Json; responseText: string }
  | { kind: 'call_permission'; accepted: boolean; permanent: boolean; expiresAt?: Date }
  /** `type` is Meta's word. */
  | { kind: 'other'; type: string }

export function interactiveReplyOf(interactive: WireInteractive): InteractiveReply {
  const { type = '' } = interactive
  switch (type) {
    case 'button_reply': {
      const { id = '', title = '' } = interactive.button_reply ?? {}
      return { kind: 'button', id, title }
    }
    case 'list_reply': {
      const { id = '', title = '', description } = interactive.list_reply ?? {}
      return { kind: 'list', id, title, ...given('description', description) }
    }
    case 'nfm_reply': {
      const { name = '', body = '', response_json: responseText = '' } = interactive.nfm_reply ?? {}
      return { kind: 'form', name, body, response: parsed(responseText), responseText }
    }
    case 'call_permission_reply': {
      const { response, is_permanent, expiration_timestamp } = interactive.call_permission_reply ?? {}
      return {
        kind: 'call_permission',
        accepted: response === 'accept',
        permanent: is_permanent ?? false,
        ...given('expiresAt', expiration_timestamp),
      }
    }
    default:
      return { kind: 'other', type }
  }
}

function parsed(text: string): Json {
  try {
    return JSON.parse(text) as Json
  } catch {
    return null
  }
}
