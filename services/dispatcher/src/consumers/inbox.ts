import type { Answer, Delivered } from '@palomar/bus'
import { type IdKind, type inboxEventsV1, parseId, uuidOf } from '@palomar/contracts'
import { type Db, rerunOnConflict } from '@palomar/db'
import type { Clock } from '@palomar/runtime'
import { type ContactFact, foldContacts, foldWindows, type WindowFact } from '../db/copies.ts'
import { type StubStatus, stubStatuses } from '../db/wamids.ts'
import { type Report, settle } from '../settle.ts'
import { placeOf, statusFact } from './status-received.ts'

/**
 * What inbox tells: windows (the later end wins), which keys are one contact (by version), and statuses without echo
 * that are ours after all. Other events are none of ours.
 */
export function createInboxHandler({ db, clock }: { db: Db; clock: Clock }) {
  return async function handle(events: Delivered<inboxEventsV1.Event>[]): Promise<Answer[]> {
    const answers: Answer[] = events.map(() => 'ok')
    const windows: WindowFact[] = []
    const contacts = new Map<string, ContactFact>()
    const statuses: StubStatus[] = []
    for (const [at, { event }] of events.entries()) {
      const tenantId = uuid('tenant', event.header?.tenantId)
      const { payload } = event
      if (!payload) continue
      let known = true
      if (payload.$case === 'windowOpened') known = addWindows(windows, tenantId, payload.value)
      else if (payload.$case === 'contactChanged') known = addContact(contacts, tenantId, payload.value)
      else if (payload.$case === 'statusOfOurs') known = addStatus(statuses, event, payload.value)
      if (!known)
        answers[at] = {
          dead: { reason: `${payload.$case} without ids that can be read`, code: 'validation_failed' },
        }
    }
    await rerunOnConflict(() => write(windows, [...contacts.values()]))
    if (statuses.length > 0) await applyStatuses(statuses, events)
    return answers
  }

  async function write(windows: WindowFact[], contacts: ContactFact[]): Promise<void> {
    const tenants = new Set([...windows, ...contacts].map((fact) => fact.tenantId))
    if (tenants.size === 0) return
    contacts.sort((a, b) => (a.tenantId + a.contactId < b.tenantId + b.contactId ? -1 : 1))
    await db.forTenants(tenants, async (tx) => {
      if (windows.length > 0) await foldWindows(tx, windows)
      if (contacts.length > 0) await foldContacts(tx, contacts)
    })
  }

  /** Two transactions on purpose: a stub locks its wamid alone, settling locks the message first. */
  async function applyStatuses(
    statuses: StubStatus[],
    events: Delivered<inboxEventsV1.Event>[],
  ): Promise<void> {
    const tenants = new Set(statuses.map((status) => status.tenantId))
    const known = await rerunOnConflict(() => db.forTenants(tenants, (tx) => stubStatuses(tx, statuses)))
    const reports = known.flatMap((of, i): Report[] => {
      const status = statuses[i]
      if (!of || !status) return []
      return [{ tenantId: of.tenantId, messageId: of.messageId, n: of.attemptN, fact: status.fact }]
    })
    const oldest = events[0]?.meta.oldestWebhookAt
    const meta = oldest ? { oldestWebhookAt: oldest } : {}
    await rerunOnConflict(() =>
      db.forTenants(tenants, (tx) => settle(tx, reports, { now: new Date(clock.now()), meta })),
    )
  }
}

function uuid(kind: IdKind, text: string | undefined): string | undefined {
  const id = parseId(kind, text ?? '')
  return id && uuidOf(id)
}

function addWindows(
  windows: WindowFact[],
  tenantId: string | undefined,
  value: inboxEventsV1.WindowOpened,
): boolean {
  const numberId = uuid('number', value.numberId)
  const { expiresAt } = value
  if (!tenantId || !numberId || !expiresAt) return false
  for (const recipientKey of value.recipientKeys)
    windows.push({ tenantId, numberId, recipientKey, expiresAt })
  return true
}

function addContact(
  contacts: Map<string, ContactFact>,
  tenantId: string | undefined,
  value: inboxEventsV1.ContactChanged,
): boolean {
  const contactId = uuid('contact', value.contactId)
  if (!tenantId || !contactId) return false
  const mergedInto = uuid('contact', value.mergedInto) ?? null
  const key = `${tenantId}/${contactId}`
  if ((contacts.get(key)?.version ?? -1n) < value.version) {
    contacts.set(key, {
      tenantId,
      contactId,
      version: value.version,
      mergedInto,
      recipientKeys: value.recipientKeys,
    })
  }
  return true
}

function addStatus(
  statuses: StubStatus[],
  event: inboxEventsV1.Event,
  value: inboxEventsV1.StatusOfOurs,
): boolean {
  const { status } = value
  const place = placeOf(event.header?.tenantId, status?.number)
  if (!place || !status || status.wamid === '') return false
  const fact = statusFact(status, event.header?.time ?? status.receivedAt ?? new Date(0))
  if (fact) statuses.push({ ...place, wamid: status.wamid, fact })
  return true
}
