import type { numbersV1, Uuid } from '@palomar/contracts'
import { appError } from '@palomar/errors'
import type { Handler } from '@palomar/rpc'
import { addNumber } from '../add-number.ts'
import { type Change, change } from '../change.ts'
import { appBySlug, knownApps } from '../db/apps.ts'
import { wabaRow } from '../db/portfolios.ts'
import type { Deps } from '../deps.ts'
import { Checks } from '../domain/checks.ts'
import { defaultSlug, displayPhoneNumber, isMetaId, throughputDefault } from '../domain/meta.ts'
import { checkNumber } from '../domain/number-checks.ts'
import { numberMessage } from '../domain/number-resource.ts'
import { findOrCreateWaba } from '../find-or-create-waba.ts'
import { actorOf, existing, noSuch, targetTenant, uuidField } from './target.ts'

type H = Handler<numbersV1.CreateNumberRequest, numbersV1.Number>

/** The number, what it stands in, its sealed token and its event, or nothing. */
export const createNumber =
  (deps: Deps): H =>
  async (request, call) => {
    const display = displayPhoneNumber(request.displayPhoneNumber)
    check(request)
    const appIds = [...new Set(request.appIds)].map((id) => uuidField('app', 'app_ids', id))
    const wabaId = request.wabaId && uuidField('waba', 'waba_id', request.wabaId)

    return change(deps.db, targetTenant(call, request.tenantId), actorOf(call), async (made) => {
      await existing(made, 'share')
      const apps = await appsFor(made, appIds)
      const waba = wabaId
        ? await wabaRow(made, wabaId)
        : await findOrCreateWaba(made, request.metaWabaId, request.metaBusinessId)
      if (!waba) throw noSuch('waba_id')

      const row = await addNumber(
        deps,
        made,
        {
          wabaId: waba.id as Uuid,
          name: request.name.trim() || (display ?? ''),
          phoneNumberId: request.phoneNumberId,
          displayPhoneNumber: display ?? '',
          accessToken: request.accessToken,
          throughputPerSecond: request.throughputPerSecond || throughputDefault,
          dailyQuota: request.dailyQuota,
          graphVersion: request.graphVersion,
        },
        apps,
      )
      if (!row) throw appError('already_exists', { detail: 'This phone_number_id is in use already.' })
      return numberMessage(row)
    })
  }

function check(request: numbersV1.CreateNumberRequest): void {
  const { wabaId, metaWabaId, metaBusinessId } = request
  const checks = new Checks()
    .that(
      isMetaId(request.phoneNumberId),
      'phone_number_id',
      'invalid',
      'Meta’s phone number id: digits only.',
    )
    .that(
      (wabaId === '') !== (metaWabaId === ''),
      'meta_waba_id',
      'required',
      'Either waba_id or meta_waba_id.',
    )
    .that(
      metaWabaId === '' || isMetaId(metaWabaId),
      'meta_waba_id',
      'invalid',
      'Meta’s WABA id: digits only.',
    )
    .that(
      metaBusinessId === '' || isMetaId(metaBusinessId),
      'meta_business_id',
      'invalid',
      'Meta’s business id: digits only.',
    )
  checkNumber(checks, {
    name: request.name || undefined,
    displayPhoneNumber: request.displayPhoneNumber,
    accessToken: request.accessToken,
    throughputPerSecond: request.throughputPerSecond || undefined,
    dailyQuota: request.dailyQuota,
    graphVersion: request.graphVersion,
  })
  checks.done()
}

/** The apps named, or the default one: a number without any would have all its webhooks quarantined. */
async function appsFor(made: Change, named: Uuid[]): Promise<Uuid[]> {
  if (named.length > 0) {
    if ((await knownApps(made.orm, named)).length < named.length) throw noSuch('app_ids')
    return named
  }
  const byDefault = await appBySlug(made.orm, defaultSlug)
  if (byDefault) return [byDefault.id as Uuid]
  const detail = 'There is no app named default: create one, or say which apps this number is in.'
  throw appError('validation_failed', { fields: [{ path: 'app_ids', code: 'required', detail }] })
}
