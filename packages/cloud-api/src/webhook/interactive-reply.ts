import type { Json, JsonObject } from '../json.ts'
import { flagIn, given, objectIn, textIn, timeIn, wordIn } from './value.ts'

/** What a customer chose or filled in. Ids and payloads come from the client: untrusted text. */
export type InteractiveReply =
  | { kind: 'button'; id: string; title: string }
  | { kind: 'list'; id: string; title: string; description?: string }
  /** A finished flow or form; `response` is its JSON, null when that is not JSON. */
  | { kind: 'form'; name: string; body: string; response: Json; responseText: string }
  | { kind: 'call_permission'; accepted: boolean; permanent: boolean; expiresAt?: Date }
  | { kind: 'other'; type: string; json: JsonObject }

export function interactiveReplyOf(interactive: JsonObject): InteractiveReply {
  const type = textIn(interactive.type)
  const own = objectIn(interactive[type])
  switch (type) {
    case 'button_reply':
      return { kind: 'button', id: textIn(own.id), title: textIn(own.title) }
    case 'list_reply':
      return {
        kind: 'list',
        id: textIn(own.id),
        title: textIn(own.title),
        ...given('description', wordIn(own.description)),
      }
    case 'nfm_reply':
      return {
        kind: 'form',
        name: textIn(own.name),
        body: textIn(own.body),
        response: parsed(textIn(own.response_json)),
        responseText: textIn(own.response_json),
      }
    case 'call_permission_reply':
      return {
        kind: 'call_permission',
        accepted: textIn(own.response) === 'accept',
        permanent: flagIn(own.is_permanent) ?? false,
        ...given('expiresAt', timeIn(own.expiration_timestamp)),
      }
    default:
      return { kind: 'other', type, json: interactive }
  }
}

function parsed(text: string): Json {
  try {
    return JSON.parse(text) as Json
  } catch {
    return null
  }
}
