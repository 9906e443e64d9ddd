import { newId } from '@palomar/contracts'

const wellFormed = /^[\w.:/+=-]{1,128}$/

/** The caller's own X-Request-Id when it is fit for a log line and a header, else a new one (H3). */
export function requestIdOf(headers: Headers): string {
  const given = headers.get('x-request-id')
  return given !== null && wellFormed.test(given) ? given : newId('request')
}
