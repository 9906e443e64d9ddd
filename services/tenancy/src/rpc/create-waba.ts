import type { numbersV1 } from '@palomar/contracts'
import { appError } from '@palomar/errors'
import type { Handler } from '@palomar/rpc'
import { change } from '../change.ts'
import { portfolioRow } from '../db/portfolios.ts'
import type { Deps } from '../deps.ts'
import { Checks } from '../domain/checks.ts'
import { wabaMessage } from '../domain/messages.ts'
import { isMetaId } from '../domain/meta.ts'
import { addWaba } from '../find-or-create-waba.ts'
import { actorOf, existing, noSuch, targetTenant, uuidField } from './target.ts'

type H = Handler<numbersV1.CreateWabaRequest, numbersV1.Waba>

export const createWaba =
  ({ db }: Deps): H =>
  async ({ tenantId, portfolioId, name, metaWabaId }, call) => {
    new Checks()
      .name(name)
      .that(isMetaId(metaWabaId), 'meta_waba_id', 'invalid', 'Meta’s WABA id: digits only.')
      .done()
    const portfolio = uuidField('portfolio', 'portfolio_id', portfolioId)
    return change(db, targetTenant(call, tenantId), actorOf(call), async (made) => {
      await existing(made, 'share')
      if (!(await portfolioRow(made, portfolio))) throw noSuch('portfolio_id')
      const row = await addWaba(made, { portfolioId: portfolio, name: name.trim(), metaWabaId })
      if (!row) throw appError('already_exists', { detail: 'This WABA is there already.' })
      return wabaMessage(row)
    })
  }
