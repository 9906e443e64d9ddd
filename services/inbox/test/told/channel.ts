import { type Id, newId, type Uuid, uuidOf } from '@palomar/contracts'

/** One number of one company. */
export interface Channel {
  tenantId: Id<'tenant'>
  tenant: Uuid
  numberId: Id<'number'>
  portfolioId: string
}

export function newChannel(of: Partial<Channel> = {}): Channel {
  const tenantId = of.tenantId ?? newId('tenant')
  return {
    tenantId,
    tenant: uuidOf(tenantId),
    numberId: newId('number'),
    portfolioId: newId('portfolio'),
    ...of,
  }
}

export const t0 = Date.UTC(2026, 10, 20, 8)
export const at = (seconds: number) => new Date(t0 + seconds * 1000)

/** Seconds of the story that are within a day of the clock. */
export const recently = 24 * 3600
