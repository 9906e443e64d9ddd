import { newId, type numbersV1, type Uuid, uuidOf } from '@palomar/contracts'
import { appError } from '@palomar/errors'
import type { Handler } from '@palomar/rpc'
import { change } from '../change.ts'
import { insertPortfolio } from '../db/portfolios.ts'
import type { Deps } from '../deps.ts'
import { Checks } from '../domain/checks.ts'
import { portfolioMessage } from '../domain/messages.ts'
import { isMetaId } from '../domain/meta.ts'
import { actorOf, existing, targetTenant } from './target.ts'

type H = Handler<numbersV1.CreatePortfolioRequest, numbersV1.Portfolio>

export const createPortfolio =
  ({ db }: Deps): H =>
  async (request, call) => {
    const { metaBusinessId } = request
    new Checks()
      .name(request.name)
      .that(
        metaBusinessId === '' || isMetaId(metaBusinessId),
        'meta_business_id',
        'invalid',
        'Meta’s business id: digits only.',
      )
      .done()
    return change(db, targetTenant(call, request.tenantId), actorOf(call), async (made) => {
      await existing(made, 'share')
      const row = await insertPortfolio(made, {
        id: uuidOf(newId('portfolio')),
        name: request.name.trim(),
        metaBusinessId: metaBusinessId || null,
      })
      if (!row) throw appError('already_exists', { detail: 'This portfolio is there already.' })
      made.audit({ action: 'portfolio.created', entity: 'portfolio', entityId: row.id as Uuid })
      return portfolioMessage(row)
    })
  }
