import { createHmac, timingSafeEqual } from 'node:crypto'
import { checkKey } from '../key.ts'

/** What a signed address says. */
export interface Address {
  key: string
  /** Epoch seconds. */
  expires: number
  mimeType: string
  disposition: string
}

export const filesPath = '/files/'

/** `<base>/files/<key>?…&sig=…`; nothing of it can be changed without the secret. */
export function signAddress(base: string, secret: string, address: Address): string {
  const query = new URLSearchParams({
    expires: String(address.expires),
    type: address.mimeType,
    disposition: address.disposition,
    sig: signature(secret, address),
  })
  return `${base.replace(/\/+$/, '')}${filesPath}${address.key}?${query}`
}

/** Undefined when it is no address of ours, was changed, or has expired: all are answered the same. */
export function readAddress(url: URL, secret: string, nowMs: number): Address | undefined {
  if (!url.pathname.startsWith(filesPath)) return undefined
  const given = (name: string) => url.searchParams.get(name) ?? ''
  const address: Address = {
    key: url.pathname.slice(filesPath.length),
    expires: Number(given('expires')),
    mimeType: given('type'),
    disposition: given('disposition'),
  }
  const expected = Buffer.from(signature(secret, address))
  const got = Buffer.from(given('sig'))
  if (got.length !== expected.length || !timingSafeEqual(got, expected)) return undefined
  if (!(address.expires * 1000 > nowMs)) return undefined
  checkKey(address.key)
  return address
}

/** Length-prefixed, so that no part can lend its end to the next. */
function signature(secret: string, { key, expires, mimeType, disposition }: Address): string {
  const text = ['GET', key, String(expires), mimeType, disposition]
    .map((part) => `${part.length}:${part}`)
    .join('')
  return createHmac('sha256', secret).update(text).digest('base64url')
}
