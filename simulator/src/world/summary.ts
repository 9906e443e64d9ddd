/** One line of what a message says; empty for kinds that say nothing in words. */
export function summaryOf(type: string, content: unknown): string {
  if (type === 'contacts' && Array.isArray(content)) return content.map(nameOf).join(', ')
  if (typeof content !== 'object' || content === null) return ''
  const own = content as Record<string, unknown>
  if (type === 'interactive') {
    const reply = (own.button_reply ?? own.list_reply) as Record<string, unknown> | undefined
    return textOf(reply?.title) || textOf((own.body as Record<string, unknown> | undefined)?.text)
  }
  for (const key of ['body', 'text', 'caption', 'emoji', 'filename', 'name']) {
    const text = textOf(own[key])
    if (text !== '') return text
  }
  return ''
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '')

function nameOf(card: unknown): string {
  const name = (card as { name?: { formatted_name?: unknown } } | null)?.name
  return textOf(name?.formatted_name)
}
