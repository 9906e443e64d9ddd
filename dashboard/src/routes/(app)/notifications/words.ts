import type { Notification } from '#lib/api-types.ts'

/** What it says. The API's words serve what we have none for. */
export function wordsOf({ title, body, code }: Notification): { title: string; body: string } {
  return { title: title || code, body }
}

const places: Record<string, (id: string) => string> = {
  conversation: (id) => `/inbox/${id}`,
  message: (id) => `/inbox?message=${id}`,
  number: (id) => `/numbers/${id}`,
}

/** Where it leads; undefined when there is no page for it. */
export function linkOf({ related_type, related_id }: Notification): string | undefined {
  return related_type && related_id ? places[related_type]?.(encodeURIComponent(related_id)) : undefined
}
