import type { TemplateDefinition } from '@palomar/cloud-api'
import { type dispatcherV1, parseId, uuidOf } from '@palomar/contracts'
import type { Db } from '@palomar/db'
import { appError } from '@palomar/errors'
import { type CallContext, tenantOf } from '@palomar/rpc'
import { readNumbers } from '../db/sending-state.ts'
import type { TemplateOwner } from '../templates.ts'
import { tenantUuid } from './tenant-uuid.ts'

/** The approved templates of the number's WABA. */
export function listTemplates(db: Db, list: (owner: TemplateOwner) => Promise<TemplateDefinition[]>) {
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
    return { templates: templates.filter(({ status }) => status.toUpperCase() === 'APPROVED').map(shown) }
  }
}

function shown({
  id,
  name,
  language,
  category,
  status,
  components,
}: TemplateDefinition): dispatcherV1.Template {
  return { id, name, language, category, status, componentsJson: JSON.stringify(components) }
}
