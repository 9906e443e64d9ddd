import { idFromUuid, type tenancyV1, type Uuid } from '@palomar/contracts'
import { appError } from '@palomar/errors'
import type { Handler } from '@palomar/rpc'
import { type Change, change } from '../change.ts'
import { findMemberships } from '../db/finders.ts'
import { releaseAllMetaIds } from '../db/meta-ids.ts'
import { everyNumberRow } from '../db/numbers.ts'
import { destroyTenantKey, updateTenant } from '../db/tenants.ts'
import { deleteUser, lockUser } from '../db/users.ts'
import type { Deps } from '../deps.ts'
import { endNumber } from '../end-number.ts'
import { actorOf, existing, targetTenant, uuidNamed } from './target.ts'

type H = Handler<tenancyV1.DeleteTenantRequest, tenancyV1.DeleteTenantResponse>

/**
 * Destroys the data key, with it everything any service sealed for this company, and every credential. What stays are
 * tombstones (company, numbers) and the audit log. One transaction: a crash leaves the company whole.
 */
export const deleteTenant =
  ({ db }: Deps): H =>
  async ({ id }, call) => {
    uuidNamed('tenant', id)
    await change(db, targetTenant(call, id), actorOf(call), async (made) => {
      const row = await existing(made, 'update')
      if (row.isPlatform) throw appError('conflict', { detail: 'The platform itself cannot be deleted.' })
      await endNumbers(made)
      await releaseAllMetaIds(made)
      await endCredentials(made)
      await destroyTenantKey(made)
      const deleted = await updateTenant(made, { state: 'deleted' })
      made.tenantChanged(deleted)
      made.everyoneRevoked(deleted.version)
      made.audit({
        action: 'company.deleted',
        entity: 'tenant',
        entityId: made.tenantId,
        metadata: { name: row.name },
      })
    })
    return {}
  }

/** Each number's end is an event of its own: lanes and routes close by it. */
async function endNumbers(made: Change): Promise<void> {
  const pageSize = 200
  let after: Uuid | undefined
  for (;;) {
    const rows = await everyNumberRow(made, { limit: pageSize, after })
    for (const row of rows) {
      if (row.state !== 'deleted') await endNumber(made, row)
    }
    if (rows.length <= pageSize) return
    after = rows.at(-1)?.id
  }
}

/** Keys, sessions and memberships; people who belonged to no other company go too. */
async function endCredentials(made: Change): Promise<void> {
  const { tx, tenantId } = made
  const keys = await tx<{ id: Uuid }[]>`
    delete from tenancy.api_keys where tenant_id = ${tenantId} and revoked_at is null returning id`
  for (const key of keys) made.revoked({ kind: 'api_key', subject: idFromUuid('apiKey', key.id) })
  await tx`delete from tenancy.api_keys where tenant_id = ${tenantId}`
  const people = await tx<{ id: Uuid; version: bigint; since: Date }[]>`
    delete from tenancy.memberships where tenant_id = ${tenantId} returning user_id as id, version, created_at as since`
  for (const person of people.toSorted((a, b) => (a.id < b.id ? -1 : 1))) {
    made.revoked({
      kind: 'membership',
      subject: idFromUuid('user', person.id),
      since: person.since,
      version: person.version + 1n,
    })
    await forgetIfAlone(made, person.id)
  }
}

/** A person without any company is nobody here: his address and password hash go. */
export async function forgetIfAlone(made: Change, userId: Uuid): Promise<void> {
  // The lock keeps others from adding him somewhere between the look and the delete.
  await lockUser(made.orm, userId)
  if ((await findMemberships(made.tx, userId)).length === 0) await deleteUser(made.orm, userId)
}
