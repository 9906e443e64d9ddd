import { type dispatcherV1, parseId, uuidOf } from '@palomar/contracts'
import type { Db } from '@palomar/db'
import { appError } from '@palomar/errors'
import { type CallContext, tenantOf } from '@palomar/rpc'
import { readNumbers } from '../db/sending-state.ts'
import type { Template, TemplateOwner } from '../templates.ts'
import { tenantUuid } from './tenant-uuid.ts'

/** The approved templates of the number's WABA. */
export function listTemplates(db: Db, list: (owner: TemplateOwner) => Promise<Template[]>) {
  return async (
    { numberId }: dispatcherV1.ListTemplatesRequest,
    { caller }: CallContext,
  ): Promise<dispatcherV1.ListTemplatesResponse> => {
    const tenantId = tenantUuid(tenantOf(caller))
    const id = parseId('number', numberId)
    if (!id) throw appError('not_found')
    const [number] = await db.forTenant(
      tenantId,
      (tx) => readNumbers(tx, [{ tenantId, numberId: uuidOf(id) }]),
      {
        readOnly: true,
      },
    )
    if (!number || number.state === 'deleted') throw appError('not_found')
    const templates = await list(number)
    return { templates: templates.filter((template) => template.status.toUpperCase() === 'APPROVED') }
  }
}
