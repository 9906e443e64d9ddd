import { pages } from '../pages.ts'
import { metaErrors, metaSubcodes } from './catalogue.ts'
import type { ErrorEntry } from './entry.ts'

export interface ErrorHints {
  /** Meta says that the same call may work later. */
  isTransient?: boolean
  subcode?: number
}

/**
 * What an error of Meta's means and what to do about it. A code that we do not know is never tried again, because repeating
 * what we do not understand can cost a number its quality; unless Meta itself calls it transient. It is counted: see
 * {@link unknownErrorCounts}.
 */
export function errorPolicy(code: number, { subcode, isTransient }: ErrorHints = {}): ErrorEntry {
  const known = ofSubcode(code, subcode) ?? metaErrors.get(code) ?? permission(code)
  if (known) return known
  count(code)
  return { ...(isTransient ? unknownTransient : unknown), code }
}

export const titleOf = (code: number): string => (metaErrors.get(code) ?? permission(code) ?? unknown).title

/** Codes that say little themselves, and whose subcodes are rows of their own. */
const generalCodes = new Set([100, 192, 200_002])

function ofSubcode(code: number, subcode: number | undefined): ErrorEntry | undefined {
  if (subcode === undefined) return undefined
  const own = metaSubcodes.get(`${code}/${subcode}`)
  if (own) return own
  const row = generalCodes.has(code) ? metaErrors.get(subcode) : undefined
  // A small number may be a code of something else: template and number subcodes have seven digits.
  return row && subcode > 1_000_000 ? { ...row, code, subcode } : undefined
}

/** 200 to 299 are all missing permissions. */
const permission = (code: number): ErrorEntry | undefined => {
  const entry = code > 200 && code < 300 ? metaErrors.get(200) : undefined
  return entry && { ...entry, code }
}

/** Meta's codes are a few hundred; whoever invents more is counted together. */
const countedMax = 200
const counts = new Map<number, number>()

function count(code: number): void {
  const key = counts.has(code) || counts.size < countedMax ? code : Number.NaN
  counts.set(key, (counts.get(key) ?? 0) + 1)
}

/** How often each unknown code was asked about since this process began; NaN stands for those beyond 200. For a metric. */
export const unknownErrorCounts = (): ReadonlyMap<number, number> => counts

const unknown: ErrorEntry = {
  code: 0,
  title: 'Unknown error',
  class: 'never',
  cause: 'meta',
  http: 400,
  arrives: 'either',
  advice: {
    es: 'Meta respondió con un error que no conocemos. Mira el detalle; si se repite, consulta con Meta.',
    pt: 'A Meta respondeu com um erro que não conhecemos. Veja o detalhe; se persistir, consulte a Meta.',
    en: 'Meta answered with an error that we do not know. Read its detail; if it comes again, ask Meta.',
  },
  docs: pages.errorCodes,
}

const unknownTransient: ErrorEntry = {
  ...unknown,
  title: 'Unknown transient error',
  class: 'retry',
  triesMax: 5,
}
