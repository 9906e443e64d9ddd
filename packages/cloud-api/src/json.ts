/** Values as JSON has them, for what Meta sends and we do not (yet) model. */
export type Json = null | boolean | number | string | Json[] | JsonObject
export interface JsonObject {
  [key: string]: Json
}

export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Length as people count it, not UTF-16 units. No source says which of the two Meta uses: the milder reading. */
export function codePoints(text: string): number {
  // Strings without surrogates, the usual case, need no walk.
  if (!/[\ud800-\udbff]/.test(text)) return text.length
  let count = 0
  for (const _ of text) count++
  return count
}
