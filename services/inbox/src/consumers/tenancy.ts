import type { Handler } from '@palomar/bus'
import type { tenancyEventsV1 } from '@palomar/contracts'
import type { Tx } from '@palomar/db'
import { type CompanyCopy, foldCompanies } from '../db/companies.ts'
import { foldNumbers, type NumberCopy } from '../db/numbers.ts'
import type { Facts } from '../domain/facts.ts'
import { numberPaused } from '../domain/notification.ts'
import { notify } from '../notify.ts'
import { batchHandler, type Item } from './batch.ts'
import type { ConsumerDeps } from './ingest.ts'
import { uuid } from './parse.ts'

interface NumberItem extends Item {
  kind: 'number'
  number: NumberCopy
  at: Date
}
interface CompanyItem extends Item {
  kind: 'company'
  company: CompanyCopy
}

/** TENANCY: numbers and companies, by version. Whoever watches over numbers is told of one that was paused. */
export function tenancyHandler({ db, clock, ...told }: ConsumerDeps): Handler<tenancyEventsV1.Event> {
  return batchHandler<tenancyEventsV1.Event, NumberItem | CompanyItem>({
    db,
    ...told,
    parse({ header, payload }) {
      if (payload?.$case !== 'tenantChanged' && payload?.$case !== 'numberChanged') return undefined
      const tenantId = uuid('tenant', header?.tenantId, 'tenant_id')
      if (payload.$case === 'tenantChanged') {
        const { version, language } = payload.value
        return { kind: 'company', tenantId, key: tenantId, company: { tenantId, version, language } }
      }
      const {
        numberId,
        version,
        phoneNumberId,
        portfolioId,
        state,
        displayPhoneNumber: phone,
      } = payload.value
      const id = uuid('number', numberId, 'number_id')
      const number = { tenantId, id, version, phoneNumberId, portfolioId, state, phone }
      const at = header?.time ?? new Date(0)
      return { kind: 'number', tenantId, key: `${tenantId}/${id}`, number, at }
    },
    async write(tx, items, facts) {
      const companies = items.flatMap((item) => (item.kind === 'company' ? [item.company] : []))
      const numbers = items.filter((item) => item.kind === 'number')
      if (companies.length > 0) await foldCompanies(tx, companies)
      if (numbers.length > 0) await storeNumbers(tx, numbers, facts, new Date(clock.now()))
    },
  })
}

async function storeNumbers(tx: Tx, items: readonly NumberItem[], facts: Facts, now: Date): Promise<void> {
  const changed = await foldNumbers(
    tx,
    items.map((item) => item.number),
  )
  const timeOf = (id: string, version: bigint) =>
    items.find(({ number }) => number.id === id && number.version === version)?.at ?? new Date(0)
  const news = changed
    .filter(({ state, was }) => state === 'paused' && was !== 'paused')
    .map((number) => numberPaused({ ...number, at: timeOf(number.id, number.version) }))
  await notify(tx, news, facts, now)
}
