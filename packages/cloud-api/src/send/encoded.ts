import { isObject } from '../json.ts'

/**
 * The body with objects and arrays that came as JSON inside a string taken out of it. Graph takes its parameters in
 * either form, whatever the body's own; whatsapp-api-js sends `contacts` so (lib/messages/contacts.js, toJSON). Text
 * that is no such JSON stays as it is, for the checks to refuse.
 */
export function withDecoded(
  body: Record<string, unknown>,
  names: readonly string[],
): Record<string, unknown> {
  const encoded = names.filter((name) => typeof body[name] === 'string' && /^\s*[[{]/.test(body[name]))
  if (encoded.length === 0) return body
  const decoded = encoded.map((name) => [name, decode(body[name] as string)] as const)
  return { ...body, ...Object.fromEntries(decoded) }
}

function decode(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text)
    return isObject(value) || Array.isArray(value) ? value : text
  } catch {
    return text
  }
}
