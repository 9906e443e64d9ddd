import { parseId, uuidOf } from '@palomar/contracts'
import { appError } from '@palomar/errors'
import type { CallContext } from '@palomar/rpc'
import { type ChangeRow, readChange } from '../db/changes.ts'
import { readUnrouted, type UnroutedRow } from '../db/unrouted.ts'
import { seesUnrouted, tenantOfCaller } from './caller.ts'
import type { Deps } from './deps.ts'

/** The caller's change; an id of another company, or of nobody, is answered as if it were none. */
export async function findChange(
  { db }: Deps,
  id: string,
  call: CallContext,
): Promise<{ routed: ChangeRow } | { unrouted: UnroutedRow }> {
  const changeId = parseId('change', id)
  if (!changeId) throw appError('not_found')
  const uuid = uuidOf(changeId)
  const tenantId = tenantOfCaller(call)
  const routed = tenantId && (await db.forTenant(tenantId, (tx) => readChange(tx, tenantId, uuid)))
  if (routed) return { routed }
  const unrouted = seesUnrouted(call) ? await db.system((tx) => readUnrouted(tx, uuid)) : undefined
  if (unrouted) return { unrouted }
  throw appError('not_found')
}
