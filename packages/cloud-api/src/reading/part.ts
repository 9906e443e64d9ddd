import { type Exact, isExactObject } from './exact.ts'

/**
 * What a typed value does not say by itself. `understood: false` is raw: nobody here knows what it means. Otherwise the typed
 * value says it, in another spelling: a time as a number, an id beyond 2^53, null for absent.
 */
export interface Part {
  /** Keys and indices from the top. */
  path: readonly (string | number)[]
  json: Exact
  understood: boolean
  /** Nothing stands for it in the typed value: in a list, it is to be put between. */
  absent: boolean
}

/** `/messages/0/hologram`: RFC 6901. */
export const pointerOf = (path: readonly (string | number)[]): string =>
  path.map((step) => `/${String(step).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')

/** Puts parts into what was written from the typed value; they come in the order in which they were read. */
export function withParts(written: Exact, parts: readonly Part[]): Exact {
  let root = written
  for (const { path, json, absent } of parts) {
    const last = path.at(-1)
    if (last === undefined) {
      root = json
      continue
    }
    let place = root
    for (const step of path.slice(0, -1)) place = childOf(place, step)
    if (Array.isArray(place)) place.splice(Number(last), absent ? 0 : 1, json)
    else if (isExactObject(place)) setOwn(place, String(last), json)
  }
  return root
}

function childOf(place: Exact, step: string | number): Exact {
  if (Array.isArray(place)) return place[Number(step)] ?? null
  return isExactObject(place) && Object.hasOwn(place, step) ? (place[step] ?? null) : null
}

/** Also a key named __proto__ is a key. */
export function setOwn(object: object, key: string, value: unknown): void {
  Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true })
}
