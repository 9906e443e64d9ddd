/**
 * The words a customer's message says, from Meta's object of its type: text, the title of a button or list row that was
 * tapped. Empty for anything else; rules answer words only.
 * https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/reference/messages
 */
export function textOf(type: string, contentJson: string): string {
  const content = parsed(contentJson)
  if (type === 'text') return text(content, 'body')
  if (type === 'button') return text(content, 'text')
  if (type !== 'interactive') return ''
  const reply = content.button_reply ?? content.list_reply
  return typeof reply === 'object' && reply !== null ? text(reply as Json, 'title') : ''
}

type Json = Record<string, unknown>

/** Meta's object of that type, out of its envelope when the whole body was kept; empty when it does not parse. */
export function contentOf(type: string, contentJson: string): unknown {
  const content = parsed(contentJson)
  return content[type] ?? content
}

function parsed(contentJson: string): Json {
  try {
    const value: unknown = JSON.parse(contentJson)
    return typeof value === 'object' && value !== null ? (value as Json) : {}
  } catch {
    return {}
  }
}

function text(content: Json, field: string): string {
  const value = content[field]
  return typeof value === 'string' ? value : ''
}
