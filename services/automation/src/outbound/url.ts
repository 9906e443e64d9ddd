import { isIP } from 'node:net'
import { isPublicAddress } from './addresses.ts'

export const urlLengthMax = 2_048

/** A stable word for programs, and a sentence. */
export interface UrlProblem {
  code: 'too_long' | 'not_a_url' | 'not_https' | 'has_credentials' | 'has_fragment' | 'not_public'
  detail: string
}

/**
 * Why a URL that a tenant typed cannot be an endpoint; undefined when it can. An address written out is judged at once; a
 * name is judged each time it is connected to, because what it means can change.
 */
export function urlProblem(
  text: string,
  { allowPrivate }: { allowPrivate: boolean },
): UrlProblem | undefined {
  if (text.length > urlLengthMax)
    return problem('too_long', `The address may have at most ${urlLengthMax} characters.`)
  if (!URL.canParse(text)) return problem('not_a_url', 'This is not a web address.')
  const url = new URL(text)
  const isHttp = url.protocol === 'http:' && allowPrivate
  if (url.protocol !== 'https:' && !isHttp)
    return problem('not_https', 'The address must begin with https://.')
  if (url.username || url.password)
    return problem('has_credentials', 'The address must not contain a user name or password.')
  if (url.hash) return problem('has_fragment', 'The address must not contain a fragment (#…).')
  const host = hostOf(url)
  if (host === '') return problem('not_a_url', 'The address names no host.')
  if (!allowPrivate && isIP(host) !== 0 && !isPublicAddress(host))
    return problem('not_public', 'The address must be reachable from the internet.')
  return undefined
}

const problem = (code: UrlProblem['code'], detail: string): UrlProblem => ({ code, detail })

/** The host without the brackets of an IPv6 address. */
export function hostOf(url: URL): string {
  return url.hostname.replace(/^\[|\]$/g, '')
}
