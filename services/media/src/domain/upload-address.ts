import { createHmac, timingSafeEqual } from 'node:crypto'

/** Where the bytes of one new file may be put, until then. */
export interface UploadAddress {
  tenantId: string
  id: string
  /** Epoch seconds. */
  expires: number
}

const path = /^\/uploads\/([0-9a-f-]{36})\/([0-9a-f-]{36})$/
export const isUploadPath = (pathname: string): boolean => pathname.startsWith('/uploads/')

export function signUpload(base: string, secret: string, address: UploadAddress): string {
  const { tenantId, id, expires } = address
  return `${base.replace(/\/+$/, '')}/uploads/${tenantId}/${id}?expires=${expires}&sig=${signature(secret, address)}`
}

/** Undefined when it is none of ours, was changed, or is over. */
export function readUpload(url: URL, secret: string, nowMs: number): UploadAddress | undefined {
  const [, tenantId = '', id = ''] = path.exec(url.pathname) ?? []
  const expires = Number(url.searchParams.get('expires'))
  const address = { tenantId, id, expires }
  const expected = Buffer.from(signature(secret, address))
  const got = Buffer.from(url.searchParams.get('sig') ?? '')
  if (id === '' || got.length !== expected.length || !timingSafeEqual(got, expected)) return undefined
  return expires * 1000 > nowMs ? address : undefined
}

const signature = (secret: string, { tenantId, id, expires }: UploadAddress) =>
  createHmac('sha256', secret).update(`PUT ${tenantId} ${id} ${expires}`).digest('base64url')
