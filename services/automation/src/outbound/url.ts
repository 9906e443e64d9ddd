import { isIP } from 'node:net'
import { isPublicAddress } from './addresses.ts'

export const urlLengthMax = 2_048

/**
 * Why a URL that a tenant typed cannot be an endpoint; undefined when it can. An address written out is judged at once; a
 * name is judged each time it is connected to, because what it means can change.
 */
export function urlProblem(text: string, { allowPrivate }: { allowPrivate: boolean }): string | undefined {
  if (text.length > urlLengthMax) return `The address may have at most ${urlLengthMax} characters.`
  if (!URL.canParse(text)) return 'This is not a web address.'
  const url = new URL(text)
  const isHttp = url.protocol === 'http:' && allowPrivate
  if (url.protocol !== 'https:' && !isHttp) return 'The address must begin with https://.'
  if (url.username || url.password) return 'The address must not contain a user name or password.'
  if (url.hash) return 'The address must not contain a fragment (#…).'
  const host = hostOf(url)
  if (host === '') return 'The address names no host.'
  if (!allowPrivate && isIP(host) !== 0 && !isPublicAddress(host))
    return 'The address must be reachable from the internet.'
  return undefined
}

/** The host without the brackets of an IPv6 address. */
export function hostOf(url: URL): string {
  return url.hostname.replace(/^\[|\]$/g, '')
}
