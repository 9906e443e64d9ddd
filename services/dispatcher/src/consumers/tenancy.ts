import type { Answer, Delivered } from '@palomar/bus'
import { parseId, type tenancyEventsV1, uuidOf } from '@palomar/contracts'
import { type Db, rerunOnConflict } from '@palomar/db'
import { foldNumbers, foldTenants, type NumberFact, type TenantFact } from '../db/copies.ts'
import { partitionOf } from '../domain/partition.ts'

export interface TenancyHandlerOptions {
  db: Db
  /** Lanes that may have something to do now: a number was activated, a token rotated. */
  wake(partition: number): void
}

/** Keeps the copies of numbers and companies, by version. */
export function createTenancyHandler({ db, wake }: TenancyHandlerOptions) {
  return async function handle(events: Delivered<tenancyEventsV1.Event>[]): Promise<Answer[]> {
    const answers: Answer[] = events.map(() => 'ok')
    const numbers: NumberFact[] = []
    const tenants: TenantFact[] = []
    for (const [at, { event }] of events.entries()) {
      const tenant = parseId('tenant', event.header?.tenantId ?? '')
      const { payload } = event
      if (payload?.$case === 'numberChanged') {
        const fact = tenant && numberFact(uuidOf(tenant), payload.value)
        if (fact) numbers.push(fact)
        else
          answers[at] = {
            dead: { reason: 'numberChanged without ids that can be read', code: 'validation_failed' },
          }
      } else if (payload?.$case === 'tenantChanged') {
        const changed = parseId('tenant', payload.value.tenantId)
        if (changed)
          tenants.push({
            tenantId: uuidOf(changed),
            version: payload.value.version,
            state: payload.value.state,
          })
        else
          answers[at] = {
            dead: { reason: 'tenantChanged without an id that can be read', code: 'validation_failed' },
          }
      }
    }
    const ids = new Set([...numbers, ...tenants].map((fact) => fact.tenantId))
    if (ids.size > 0) {
      await rerunOnConflict(() =>
        db.forTenants(ids, async (tx) => {
          if (numbers.length > 0) await foldNumbers(tx, numbers)
          if (tenants.length > 0) await foldTenants(tx, tenants)
        }),
      )
    }
    for (const number of numbers) wake(partitionOf(number.id))
    return answers
  }
}

function numberFact(tenantId: string, value: tenancyEventsV1.NumberChanged): NumberFact | undefined {
  const id = parseId('number', value.numberId)
  if (!id) return undefined
  const portfolio = parseId('portfolio', value.portfolioId)
  return {
    tenantId,
    id: uuidOf(id),
    version: value.version,
    phoneNumberId: value.phoneNumberId,
    wabaId: value.wabaId,
    portfolioId: portfolio ? uuidOf(portfolio) : null,
    metaPortfolioId: value.metaPortfolioId,
    displayPhoneNumber: value.displayPhoneNumber,
    state: value.state,
    throughputPerSecond: value.throughputPerSecond,
    dailyQuota: value.dailyQuota,
    graphVersion: value.graphVersion,
    tokenVersion: value.tokenVersion,
  }
}
