import { newId, type Uuid, uuidOf } from '@palomar/contracts'
import { appError } from '@palomar/errors'
import type { Change } from './change.ts'
import { claimMetaId } from './db/meta-ids.ts'
import { insertNumber, type NumberRow, numberRow } from './db/numbers.ts'
import { sealedTenantKey } from './db/tenants.ts'
import type { Deps } from './deps.ts'

export interface NewNumber {
  wabaId: Uuid
  name: string
  phoneNumberId: string
  displayPhoneNumber: string
  accessToken: string
  throughputPerSecond: number
  dailyQuota: bigint
  graphVersion: string
}

/** The number with its sealed token, its event and its audit entry; undefined when somebody has its phone_number_id. */
export async function addNumber(
  deps: Pick<Deps, 'vault'>,
  made: Change,
  { accessToken, ...number }: NewNumber,
  appIds: readonly Uuid[],
): Promise<NumberRow | undefined> {
  const id = uuidOf(newId('number'))
  if (!(await claimMetaId(made, 'phone_number', number.phoneNumberId, id))) return undefined
  const sealedToken = await sealToken(deps, made, id, accessToken)
  const inserted = await insertNumber(made, { id, ...number, sealedToken }, appIds)
  const row = inserted && (await numberRow(made, id))
  if (!row) throw appError('already_exists', { detail: 'This phone_number_id is in use already.' })
  made.numberChanged(row)
  made.audit({
    action: 'number.created',
    entity: 'number',
    entityId: id,
    metadata: { phone_number_id: row.phoneNumberId, meta_waba_id: row.metaWabaId },
  })
  return row
}

/** Under the company's data key, for this number's row alone. */
export async function sealToken(
  deps: Pick<Deps, 'vault'>,
  made: Change,
  numberId: Uuid,
  token: string,
): Promise<Uint8Array> {
  const sealed = await sealedTenantKey(made)
  if (!sealed) throw new Error('a company that is not deleted has no data key')
  return deps.vault.sealToken(deps.vault.openTenantKey(made.tenantId, sealed), numberId, token)
}
