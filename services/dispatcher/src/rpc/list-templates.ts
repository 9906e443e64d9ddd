import type { TemplateDefinition } from '@palomar/cloud-api'
import { type dispatcherV1, idFromUuid, parseId, uuidOf } from '@palomar/contracts'
import type { Db } from '@palomar/db'
import { appError } from '@palomar/errors'
import { type CallContext, tenantOf } from '@palomar/rpc'
import { type NumberCopy, readNumbers, readNumbersInUse } from '../db/sending-state.ts'
import { type OwnedTemplate, templatePage } from '../domain/template-page.ts'
import type { TemplateOwner } from '../templates.ts'
import { tenantUuid } from './tenant-uuid.ts'

/** Meta is asked once per account, ten seconds at most; more accounts than this are no list for people. */
const numbersMax = 1_000
const accountsMax = 50

export type ListOfOwner = (owner: TemplateOwner, isFresh: boolean) => Promise<TemplateDefinition[]>

/**
 * Templates of one number, or of every account of the company. Reads only. An account that Meta refuses to list is an
 * error for one number; among several it is left out, unless none can be read.
 */
export function listTemplates(db: Db, list: ListOfOwner) {
  return async (
    request: dispatcherV1.ListTemplatesRequest,
    { caller }: CallContext,
  ): Promise<dispatcherV1.ListTemplatesResponse> => {
    const tenantId = tenantUuid(tenantOf(caller))
    const numbers = await db.forTenant(
      tenantId,
      (tx) => readNumbersInUse(tx, tenantId, numbersMax).then((all) => [...all]),
      { readOnly: true },
    )
    const asked = request.numberId === '' ? numbers : await one(db, tenantId, request.numberId)
    const owned = await ofAccounts(asked, numbers, (owner) => list(owner, request.fresh))
    const page = templatePage(owned, request, request.page)
    return { templates: page.templates.map(shown), nextCursor: page.nextCursor }
  }
}

async function one(db: Db, tenantId: string, numberId: string): Promise<NumberCopy[]> {
  const id = parseId('number', numberId)
  if (!id) throw appError('not_found')
  const [number] = await db.forTenant(
    tenantId,
    (tx) => readNumbers(tx, [{ tenantId, numberId: uuidOf(id) }]),
    { readOnly: true },
  )
  if (!number || number.state === 'deleted') throw appError('not_found')
  return [number]
}

async function ofAccounts(
  asked: readonly NumberCopy[],
  numbers: readonly NumberCopy[],
  list: (owner: TemplateOwner) => Promise<TemplateDefinition[]>,
): Promise<OwnedTemplate[]> {
  const owners = new Map<string, NumberCopy>()
  for (const number of asked) if (!owners.has(number.waba_id)) owners.set(number.waba_id, number)
  const wabas = [...owners.values()].slice(0, accountsMax)
  const answers = await Promise.allSettled(wabas.map(list))
  const refused = answers.find((answer) => answer.status === 'rejected')
  if (refused && answers.every((answer) => answer.status === 'rejected')) throw refused.reason
  return answers.flatMap((answer, index) => {
    const wabaId = wabas[index]?.waba_id ?? ''
    const numberIds = numbers
      .filter((number) => number.waba_id === wabaId)
      .map((number) => idFromUuid('number', number.id))
    return answer.status === 'fulfilled'
      ? answer.value.map((template) => ({ ...template, wabaId, numberIds }))
      : []
  })
}

function shown(template: OwnedTemplate): dispatcherV1.Template {
  const { id, name, language, category, status, components } = template
  return {
    id,
    name,
    language,
    category,
    status,
    componentsJson: JSON.stringify(components),
    metaWabaId: template.wabaId,
    numberIds: template.numberIds,
    quality: template.quality ?? '',
    rejectedReason: template.rejectedReason ?? '',
    parameterFormat: template.parameterFormat,
  }
}
