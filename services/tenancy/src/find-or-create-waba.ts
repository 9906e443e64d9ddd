/** A number comes with Meta's ids of its WABA and portfolio; ours are found by them or made. */
import { newId, type Uuid, uuidOf } from '@palomar/contracts'
import { appError } from '@palomar/errors'
import type { Change } from './change.ts'
import { claimMetaId } from './db/meta-ids.ts'
import {
  insertPortfolio,
  insertWaba,
  nameMetaBusiness,
  portfolioByMetaId,
  portfolioRow,
  type WabaRow,
  wabaByMetaId,
} from './db/portfolios.ts'

/** Undefined: this company or another has it. */
export async function addWaba(
  made: Change,
  waba: { portfolioId: Uuid; name: string; metaWabaId: string },
): Promise<WabaRow | undefined> {
  const id = uuidOf(newId('waba'))
  if (!(await claimMetaId(made, 'waba', waba.metaWabaId, id))) return undefined
  const row = await insertWaba(made, { id, ...waba })
  if (!row) return undefined
  made.audit({
    action: 'waba.created',
    entity: 'waba',
    entityId: id,
    metadata: { meta_waba_id: waba.metaWabaId },
  })
  return row
}

export async function findOrCreateWaba(
  made: Change,
  metaWabaId: string,
  metaBusinessId: string,
): Promise<WabaRow> {
  const known = await wabaByMetaId(made, metaWabaId)
  if (known) {
    await agreeOnBusiness(made, known, metaBusinessId)
    return known
  }
  const portfolioId = await findOrCreatePortfolio(made, metaWabaId, metaBusinessId)
  const added = await addWaba(made, { portfolioId, name: `WABA ${metaWabaId}`, metaWabaId })
  // Not added: another company has it, or this one added it since we looked.
  const row = added ?? (await wabaByMetaId(made, metaWabaId))
  if (!row) throw appError('already_exists', { detail: 'Another company has this WABA.' })
  return row
}

/** Without Meta's id of the portfolio the WABA gets one of its own, whose Meta id may be told later. */
async function findOrCreatePortfolio(
  made: Change,
  metaWabaId: string,
  metaBusinessId: string,
): Promise<Uuid> {
  const known = metaBusinessId ? await portfolioByMetaId(made, metaBusinessId) : undefined
  if (known) return known.id as Uuid
  const added = await insertPortfolio(made, {
    id: uuidOf(newId('portfolio')),
    name: metaBusinessId ? `Portfolio ${metaBusinessId}` : `Portfolio of WABA ${metaWabaId}`,
    metaBusinessId: metaBusinessId || null,
  })
  if (added) made.audit({ action: 'portfolio.created', entity: 'portfolio', entityId: added.id as Uuid })
  const row = added ?? (await portfolioByMetaId(made, metaBusinessId))
  if (!row) throw new Error('a portfolio neither inserted nor found')
  return row.id as Uuid
}

/** What is told now and was not known is kept; what contradicts is refused. */
async function agreeOnBusiness(made: Change, waba: WabaRow, metaBusinessId: string): Promise<void> {
  if (metaBusinessId === '') return
  const portfolio = await portfolioRow(made, waba.portfolioId as Uuid)
  if (portfolio?.metaBusinessId === metaBusinessId) return
  const isNew = portfolio?.metaBusinessId === null && !(await portfolioByMetaId(made, metaBusinessId))
  if (isNew) return nameMetaBusiness(made, waba.portfolioId as Uuid, metaBusinessId)
  throw appError('validation_failed', {
    fields: [
      {
        path: 'meta_business_id',
        code: 'contradicts',
        detail: 'This WABA is in another portfolio.',
      },
    ],
  })
}
