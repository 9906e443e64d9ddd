import type { Uuid } from '@palomar/contracts'
import { appError } from '@palomar/errors'
import { addNumber, sealToken } from '../add-number.ts'
import type { Change } from '../change.ts'
import { takeValue } from '../db/environment-values.ts'
import { numberByPhoneNumberId, numberRow, sealedToken, updateNumber } from '../db/numbers.ts'
import { sealedTenantKey } from '../db/tenants.ts'
import type { Deps } from '../deps.ts'
import { throughputDefault } from '../domain/meta.ts'
import { equalSecrets } from '../domain/secrets.ts'
import { findOrCreateWaba } from '../find-or-create-waba.ts'
import type { FirstCompany } from './variables.ts'

/**
 * The number under its phone_number_id: another id in the environment is a further number of the company. A new token
 * counts token_version up, as by hand (T8).
 */
export async function seedNumber(
  deps: Pick<Deps, 'vault'>,
  made: Change,
  wanted: FirstCompany,
  appId: Uuid,
  say: (text: string) => void,
): Promise<void> {
  const { phoneNumberId, accessToken } = wanted
  const taken = await takeValue(made.orm, `WHATSAPP_ACCESS_TOKEN ${phoneNumberId}`, accessToken)
  const known = await numberByPhoneNumberId(made, phoneNumberId)
  if (!known) {
    if (taken !== 'first') return say('its number was deleted, it is not made again')
    const waba = await findOrCreateWaba(made, wanted.wabaId, '')
    const row = await addNumber(
      deps,
      made,
      {
        wabaId: waba.id as Uuid,
        name: wanted.displayPhoneNumber || wanted.name,
        phoneNumberId,
        displayPhoneNumber: wanted.displayPhoneNumber,
        accessToken,
        throughputPerSecond: throughputDefault,
        dailyQuota: 0n,
        graphVersion: '',
      },
      [appId],
    )
    if (!row)
      throw appError('already_exists', { detail: 'another company has WHATSAPP_PHONE_NUMBER_ID already' })
    return say('the number was made')
  }

  if (known.metaWabaId !== wanted.wabaId)
    say('the number is in another WABA than WHATSAPP_BUSINESS_ACCOUNT_ID says; it stays there')
  if (await isCurrent(deps, made, known.id, accessToken)) return
  if (taken === 'same')
    return say('the number’s token was changed since WHATSAPP_ACCESS_TOKEN was taken; it stays')
  await updateNumber(made, known.id, {}, await sealToken(deps, made, known.id, accessToken))
  const row = await numberRow(made, known.id)
  if (row) made.numberChanged(row)
  made.audit({ action: 'number.token_rotated', entity: 'number', entityId: known.id })
  say('the number has a new token')
}

async function isCurrent(
  { vault }: Pick<Deps, 'vault'>,
  made: Change,
  numberId: Uuid,
  token: string,
): Promise<boolean> {
  const [key, current] = [await sealedTenantKey(made), await sealedToken(made, numberId)]
  if (!key || !current) return false
  return equalSecrets(
    vault.openToken(vault.openTenantKey(made.tenantId, key), numberId, current.sealed),
    token,
  )
}
