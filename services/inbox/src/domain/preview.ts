const previewMax = 120

/** One line for lists. What has no text shows its type in brackets, which clients may translate. */
export function previewOf(type: string, contentJson: string): string {
  return oneLine(textOf(type, contentOf(type, contentJson))) || `[${type || 'unknown'}]`
}

/** Meta's object of that type: out of the envelope when the whole body was kept. */
export function contentOf(type: string, contentJson: string): Record<string, unknown> {
  let content: unknown
  try {
    content = JSON.parse(contentJson)
  } catch {
    // Kept as it came; there is nothing to show.
    return {}
  }
  if (!isObject(content)) return {}
  const inner = content[type]
  return isObject(inner) ? inner : content
}

function textOf(type: string, content: Record<string, unknown>): string {
  if (type === 'text') return string(content.body)
  if (type === 'template') return `[template] ${string(content.name)}`.trim()
  if (type === 'reaction') return string(content.emoji)
  if (type === 'button') return string(content.text)
  if (type === 'location') return string(content.name) || string(content.address)
  if (type === 'interactive') return interactiveText(content)
  if (type === 'document') return string(content.caption) || string(content.filename)
  return string(content.caption)
}

function interactiveText(content: Record<string, unknown>): string {
  const reply = [content.button_reply, content.list_reply].find(isObject)
  if (reply) return string(reply.title)
  return isObject(content.body) ? string(content.body.text) : ''
}

/** Never cut inside a character that is two code units. */
function oneLine(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim()
  const characters = [...line.slice(0, previewMax * 2 + 2)]
  return characters.length > previewMax ? `${characters.slice(0, previewMax - 1).join('')}…` : line
}

const string = (value: unknown): string => (typeof value === 'string' ? value : '')

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
