import { metaErrors } from './catalogue.ts'
import type { ErrorEntry } from './entry.ts'

export interface ErrorHints {
  /** Meta says that the same call may work later. */
  isTransient?: boolean
  subcode?: number
}

/**
 * What an error of Meta's means and what to do about it. A code that we do not know fails for good, because repeating
 * what we do not understand can cost a number its quality; unless Meta itself calls it transient.
 */
export function errorPolicy(code: number, hints: ErrorHints = {}): ErrorEntry {
  if (code === 100 && hints.subcode === 33) return unknownObject
  const known = metaErrors.get(code) ?? permission(code)
  if (known) return known
  return { ...(hints.isTransient ? unknownTransient : unknown), code }
}

export const titleOf = (code: number): string => errorPolicy(code).title

/** 200 to 299 are all missing permissions. */
const permission = (code: number): ErrorEntry | undefined => {
  const entry = code > 200 && code < 300 ? metaErrors.get(200) : undefined
  return entry && { ...entry, code }
}

const unknownObject: ErrorEntry = {
  code: 100,
  title: 'Unsupported request',
  class: 'pause-number',
  cause: 'account',
  http: 400,
  arrives: 'answer',
  advice: {
    es: 'Meta no encuentra este número o el token no tiene acceso a él. Revisa el phone_number_id y los permisos del token.',
    pt: 'A Meta não encontra este número ou o token não tem acesso a ele. Verifique o phone_number_id e as permissões do token.',
    en: 'Meta does not find this number, or the token has no access to it. Check the phone_number_id and the permissions of the token.',
  },
}

const unknown: ErrorEntry = {
  code: 0,
  title: 'Unknown error',
  class: 'fail',
  cause: 'meta',
  http: 400,
  arrives: 'either',
  advice: {
    es: 'Meta respondió con un error que no conocemos. Mira el detalle; si se repite, consulta con Meta.',
    pt: 'A Meta respondeu com um erro que não conhecemos. Veja o detalhe; se persistir, consulte a Meta.',
    en: 'Meta answered with an error that we do not know. Read its detail; if it comes again, ask Meta.',
  },
}

const unknownTransient: ErrorEntry = {
  ...unknown,
  title: 'Unknown transient error',
  class: 'retry',
  triesMax: 5,
}
