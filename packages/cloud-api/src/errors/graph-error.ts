import { isObject } from '../json.ts'

/** An error as Graph answers it. */
export interface GraphError {
  code: number
  subcode?: number
  /** Without the `(#131047) ` that Meta puts before it. */
  title: string
  details: string
  type: string
  isTransient: boolean
  traceId?: string
}

/** The error in a JSON answer; undefined when it holds none. */
export function parseGraphError(json: unknown): GraphError | undefined {
  if (!isObject(json) || !isObject(json.error)) return undefined
  const { error } = json
  const code = Number(error.code)
  if (!Number.isInteger(code)) return undefined
  const data = error.error_data
  // An object on sends, plain text on template calls.
  const details = typeof data === 'string' ? data : isObject(data) ? text(data.details) : ''
  const subcode = Number(error.error_subcode)
  return {
    code,
    ...(Number.isInteger(subcode) && error.error_subcode !== null ? { subcode } : {}),
    title: text(error.message).replace(/^\(#\d+\)\s*/, ''),
    details: details || text(error.error_user_msg),
    type: text(error.type),
    isTransient: error.is_transient === true,
    ...(typeof error.fbtrace_id === 'string' ? { traceId: error.fbtrace_id } : {}),
  }
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '')
