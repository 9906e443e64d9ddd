import { needsWindow, type TemplateDefinition } from '@palomar/cloud-api'
import { type dispatcherV1, parseId, type Uuid, uuidOf } from '@palomar/contracts'
import { appError } from '@palomar/errors'
import { type Clock, injectTraceparent, type Logger } from '@palomar/runtime'
import type { NewMessage } from '../db/accept.ts'
import type { NumberCopy } from '../db/sending-state.ts'
import { judge } from '../domain/admission.ts'
import { laneClassOf, laneClassRank } from '../domain/lane-class.ts'
import { partitionOf } from '../domain/partition.ts'
import { recipientKeyOf } from '../domain/recipient.ts'
import type { Refusal } from '../domain/refusal.ts'
import type { InboxWindows } from '../inbox-windows.ts'
import type { Intake } from '../intake/intake.ts'
import type { MetaFiles } from '../meta-files.ts'
import type { DispatcherMetrics } from '../metrics.ts'
import { laneHorizonMs } from '../settle.ts'
import type { KnownTemplates } from '../templates.ts'
import { askInbox } from './ask-inbox.ts'
import { type Item, parseItem } from './item.ts'
import type { Plan } from './ledger.ts'
import { refuseMissingFiles } from './missing-files.ts'
import type { StateReader } from './state-reader.ts'

const itemsMax = 500
const keyLengthMax = 255
/** Our own tries of a message, beside the ones that never left us. */
const triesMaxDefault = 5
/** A number that was added a moment ago may not have reached us yet. */
const numberWaitsMs = [100, 300]

export interface AcceptDeps {
  readState: StateReader
  inbox: InboxWindows
  intake: Intake
  files: MetaFiles
  ledger: (plan: Plan) => Promise<dispatcherV1.AcceptMessagesResponse>
  templates: KnownTemplates
  clock: Clock
  logger: Logger
  metrics: DispatcherMetrics
}

export interface AcceptRequest {
  tenantId: string
  actor: string
  items: dispatcherV1.OutboundItem[]
  idempotencyKey: string
  bodyHash: Uint8Array
}

/** Judges every item by itself, then writes those that may be sent, in one transaction under one key. */
export function createAccept(deps: AcceptDeps) {
  return async function accept(request: AcceptRequest): Promise<dispatcherV1.AcceptMessagesResponse> {
    const tenantId = checkRequest(request)
    const now = new Date(deps.clock.now())
    const items = request.items.map((item) => parseItem(item, now))
    const state = await readState(deps, tenantId, items)
    const open = await askInbox(deps, tenantId, judgeItems(deps, items, state, now))
    const judged = await refuseMissingFiles(deps, tenantId, open)
    const plan: Plan = {
      tenantId,
      key: request.idempotencyKey === '' ? null : request.idempotencyKey,
      bodyHash: request.bodyHash,
      items: judged.map((one) => {
        if ('refused' in one) return { refused: one.refused }
        const row = rowOf(deps.templates, tenantId, request.actor, one.item, one.number, now)
        return { row, dailyQuota: one.number.daily_quota }
      }),
    }
    const answer = await deps.ledger(plan)
    for (const { result } of answer.results) {
      deps.metrics.accepted.inc({ result: result?.$case === 'refused' ? result.value.code : 'accepted' })
    }
    return answer
  }
}

function checkRequest({ tenantId, items, idempotencyKey }: AcceptRequest): Uuid {
  const tenant = parseId('tenant', tenantId)
  if (!tenant) throw appError('bad_request', { detail: 'tenant_id is not an id.' })
  if (items.length === 0 || items.length > itemsMax)
    throw appError('validation_failed', {
      fields: [{ path: 'messages', code: 'count', detail: `Send between 1 and ${itemsMax} messages.` }],
    })
  if (idempotencyKey.length > keyLengthMax)
    throw appError('validation_failed', {
      fields: [{ path: 'Idempotency-Key', code: 'too_long', detail: `At most ${keyLengthMax} characters.` }],
    })
  const ids = new Set(items.map((item) => item.messageId))
  if (ids.size !== items.length)
    throw appError('validation_failed', {
      fields: [{ path: 'messages', code: 'duplicate', detail: 'Two messages have the same id.' }],
    })
  return uuidOf(tenant)
}

const isItem = (item: Item | Refusal): item is Item => 'messageId' in item

/** What is known of the items' numbers and windows. Reads again, shortly, when a number is missing. */
async function readState(
  { readState: read }: AcceptDeps,
  tenantId: Uuid,
  items: (Item | Refusal)[],
): Promise<State> {
  const good = items.filter(isItem)
  const numberIds = [...new Set(good.map((item) => item.numberId))]
  if (numberIds.length === 0) return { numbers: new Map(), windows: new Map() }
  const asking = good.filter((item) => needsWindow(item.message))
  // A phone number's key is the same at every number of ours; an id that is scoped to a portfolio needs to know it.
  const byPhone = asking.filter((item) => item.to !== '')
  const byId = asking.filter((item) => item.to === '')
  const windowsOf = (of: Item[], numbers: Map<string, NumberCopy>) =>
    of.map((item) => ({
      tenantId,
      numberId: item.numberId,
      recipientKey: recipientKeyOf(item, numbers.get(item.numberId)),
    }))
  const first = await read({ tenantId, numberIds, windows: windowsOf(byPhone, new Map()) })
  let { numbers } = first
  for (const waitMs of numberWaitsMs) {
    if (numbers.size === numberIds.length) break
    await Bun.sleep(waitMs)
    numbers = (await read({ tenantId, numberIds, windows: [] })).numbers
  }
  const windows = new Map(byPhone.map((item, i) => [item, first.windows[i] ?? null]))
  if (byId.length > 0) {
    const second = await read({ tenantId, numberIds: [], windows: windowsOf(byId, numbers) })
    for (const [i, item] of byId.entries()) windows.set(item, second.windows[i] ?? null)
  }
  return { numbers, windows }
}

interface State {
  numbers: Map<string, NumberCopy>
  windows: Map<Item, Date | null>
}

export type Judged =
  | { item: Item; number: NumberCopy }
  | { refused: Refusal; closed?: { item: Item; number: NumberCopy } }

function judgeItems({ templates }: AcceptDeps, items: (Item | Refusal)[], state: State, now: Date): Judged[] {
  return items.map((item) => {
    if (!isItem(item)) return { refused: item }
    const number = state.numbers.get(item.numberId)
    const template = number && templateOf(templates, item, number)
    const windowExpiresAt = state.windows.get(item) ?? null
    const refused = judge({ message: item.message, number, windowExpiresAt, template, now })
    if (!number || (refused && refused.code !== 'window_closed')) return { refused: refused as Refusal }
    return refused ? { refused, closed: { item, number } } : { item, number }
  })
}

function templateOf(
  templates: KnownTemplates,
  { message }: Item,
  number: NumberCopy,
): TemplateDefinition | undefined {
  if (message.type !== 'template') return undefined
  return templates.peek(number, message.template.name, message.template.language.code)
}

function rowOf(
  templates: KnownTemplates,
  tenantId: Uuid,
  actor: string,
  item: Item,
  number: NumberCopy,
  now: Date,
): NewMessage {
  const category = templateOf(templates, item, number)?.category
  return {
    tenantId,
    id: item.messageId,
    numberId: item.numberId,
    partition: partitionOf(item.numberId),
    laneClass: laneClassRank(laneClassOf(item.message, category)),
    recipientKey: recipientKeyOf(item, number),
    recipientTo: item.to,
    recipientUserId: item.userId,
    type: item.type,
    content: item.contentJson,
    contextWamid: item.contextWamid,
    callbackData: item.callbackData,
    createdBy: actor,
    traceparent: injectTraceparent() ?? '',
    acceptedAt: now,
    dueAt: item.dueAt,
    inLane: item.dueAt.getTime() <= now.getTime() + laneHorizonMs,
    triesMax: triesMaxDefault,
    replyTo: '',
  }
}
