import { type Exact, isExactObject } from './exact.ts'

type Step = string | number

/**
 * What a typed value does not say by itself. `understood: false` is raw: nobody here knows what it means. Otherwise the typed
 * value says it, in another spelling: a time as a number, an id beyond 2^53, null for absent.
 */
export interface Part {
  /** Keys and indices from the top of what was read. */
  path: readonly Step[]
  json: Exact
  understood: boolean
  /** Nothing stands for it in the typed value: in a list, it is to be put between. */
  absent: boolean
}

/** What was not understood, and where: a JSON pointer. */
export interface RawPart {
  path: string
  json: Exact
}

/** One reading on its way through a value: where it stands, and the parts it met, in their order. */
export class Reading {
  readonly path: Step[] = []
  readonly parts: Part[] = []

  /** Texts need no mending when `isPlain`. */
  constructor(readonly isPlain: boolean) {}

  /** The typed value says this in another spelling. */
  spelt(json: Exact): void {
    this.parts.push({ path: this.path.slice(), json, understood: true, absent: false })
  }

  /** The typed value says nothing here: null is understood as absent, all else is raw. */
  left(json: Exact, understood = json === null): undefined {
    this.parts.push({ path: this.path.slice(), json, understood, absent: true })
    return undefined
  }
}

const none: readonly RawPart[] = []

export const rawParts = (parts: readonly Part[]): readonly RawPart[] =>
  parts.length === 0
    ? none
    : parts.flatMap(({ path, json, understood }) => (understood ? [] : [{ path: pointerOf(path), json }]))

/** `/messages/0/hologram`: RFC 6901. */
export const pointerOf = (path: readonly Step[]): string =>
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

function childOf(place: Exact, step: Step): Exact {
  if (Array.isArray(place)) return place[Number(step)] ?? null
  return isExactObject(place) && Object.hasOwn(place, step) ? (place[step] ?? null) : null
}

/** Also a key named __proto__ is a key. */
export function setOwn(object: Record<string, unknown>, key: string, value: unknown): void {
  if (key !== '__proto__') object[key] = value
  else Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true })
}
