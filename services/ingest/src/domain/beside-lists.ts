import type { Json, JsonObject } from '@palomar/cloud-api'

const lists = new Set(['messaging_product', 'metadata', 'contacts', 'messages', 'statuses', 'errors'])

/** What stands in a message-like value beside the lists that are read item by item: calls, user actions, what Meta adds next. */
export const besideLists = (json: Json): JsonObject =>
  Object.fromEntries(Object.entries(json ?? {}).filter(([key]) => !lists.has(key)))
