import { afterAll, beforeAll, expect, test } from 'bun:test'
import {
  type dispatcherEventsV1,
  idFromUuid,
  type inboxEventsV1,
  type ingestEventsV1,
  uuidOfFact,
} from '@palomar/contracts'
import fc from 'fast-check'
import {
  accepted,
  type Channel,
  newChannel,
  received,
  stateChanged,
  status,
  unmatched,
  type World,
  world,
} from './world.ts'

let w: World
beforeAll(async () => {
  w = await world()
}, 30_000)
afterAll(() => w.close())

/** Something that happens, before it has a company: the same story is told to several. */
type Happening =
  | {
      kind: 'received'
      n: number
      person: number
      by: 'phone' | 'variant' | 'user' | 'both'
      seconds: number
      placeholder: boolean
    }
  | { kind: 'accepted'; n: number; person: number; seconds: number }
  | { kind: 'state'; n: number; version: number }
  | { kind: 'status'; of: 'ours' | 'nobody'; n: number; status: string; seconds: number; unmatched: boolean }

const phones = [
  ['5531980000011', '553180000011'],
  ['5491122000022', '541122000022'],
  ['573001112233', '573001112233'],
]
const states = ['sending', 'sent', 'delivered', 'read']
const person = fc.nat({ max: phones.length - 1 })
const seconds = fc.nat({ max: 40 })

const happening: fc.Arbitrary<Happening> = fc.oneof(
  fc.record({
    kind: fc.constant('received' as const),
    n: fc.nat({ max: 8 }),
    person,
    by: fc.constantFrom('phone' as const, 'variant' as const, 'user' as const, 'both' as const),
    seconds,
    placeholder: fc.boolean(),
  }),
  fc.record({ kind: fc.constant('accepted' as const), n: fc.nat({ max: 3 }), person, seconds }),
  fc.record({
    kind: fc.constant('state' as const),
    n: fc.nat({ max: 3 }),
    version: fc.integer({ min: 2, max: 5 }),
  }),
  fc.record({
    kind: fc.constant('status' as const),
    of: fc.constantFrom('ours' as const, 'nobody' as const),
    n: fc.nat({ max: 3 }),
    status: fc.constantFrom('sent', 'delivered', 'read', 'failed'),
    seconds,
    unmatched: fc.boolean(),
  }),
)

type Told =
  | { area: 'ingest'; event: ingestEventsV1.Event }
  | { area: 'dispatch'; event: dispatcherEventsV1.Event }

const messageId = (channel: Channel, n: number) =>
  idFromUuid('message', uuidOfFact(channel.numberId, String(n)))

/** A fact is one fact: what a wamid or a message id stands for is decided by its first mention in the story. */
function tell(channel: Channel, story: readonly Happening[]): Told[] {
  const senders = new Map<number, Extract<Happening, { kind: 'received' }>>()
  const recipients = new Map<number, Extract<Happening, { kind: 'accepted' }>>()
  return story.map((one): Told => {
    if (one.kind === 'received') {
      const first = senders.get(one.n) ?? one
      senders.set(one.n, first)
      const [phone = '', variant = ''] = phones[first.person] ?? []
      const waId = first.by === 'user' ? '' : first.by === 'variant' ? variant : phone
      const userId = first.by === 'user' || first.by === 'both' ? `BR.u${first.person}` : ''
      const event = received(channel, {
        wamid: `wamid.in${one.n}`,
        waId,
        userId,
        name: `Name ${first.seconds}`,
        text: `text ${one.n}`,
        seconds: first.seconds,
        field: 'history',
        placeholder: one.placeholder,
      })
      return { area: 'ingest', event }
    }
    if (one.kind === 'accepted') {
      const first = recipients.get(one.n) ?? one
      recipients.set(one.n, first)
      const to = `+${phones[first.person]?.[0]}`
      const id = messageId(channel, one.n)
      return {
        area: 'dispatch',
        // Apart from one another: ids decide between equal times, and each company's story has its own ids.
        event: accepted(channel, { id, to, seconds: first.seconds + one.n / 10, text: `ours ${one.n}` }),
      }
    }
    if (one.kind === 'state') {
      const state = states[one.version - 2] ?? ''
      const wamids = one.version > 2 ? [`wamid.out${one.n}`] : []
      const id = messageId(channel, one.n)
      return { area: 'dispatch', event: stateChanged(channel, { id, version: one.version, state, wamids }) }
    }
    const parts = {
      wamid: one.of === 'ours' ? `wamid.out${one.n}` : `wamid.no${one.n}`,
      status: one.status,
      seconds: one.seconds,
    }
    return one.unmatched
      ? { area: 'dispatch', event: unmatched(channel, parts) }
      : { area: 'ingest', event: status(channel, parts) }
  })
}

async function hear(told: readonly Told[]): Promise<void> {
  const ingest = told.flatMap((one) => (one.area === 'ingest' ? [one.event] : []))
  const dispatch = told.flatMap((one) => (one.area === 'dispatch' ? [one.event] : []))
  const answers = [await w.ingest(...ingest), await w.dispatch(...dispatch)].flat()
  expect(answers.filter((answer) => answer !== 'ok')).toEqual([])
}

/** Everything that anybody can see, by what the world calls it instead of by our ids. */
async function snapshot(channel: Channel) {
  const { tenant } = channel
  const people = await w.admin.sql`
    select array(
      select regexp_replace(key, ':pfl_[^:]*', '') from identities i
      where i.tenant_id = c.tenant_id and i.contact_id = c.id order by key collate "C"
    ) as keys, name, phone, wa_id, id
    from contacts c where tenant_id = ${tenant} and merged_into is null`
  const nameOf = new Map(people.map((row) => [row.id, row.keys.join(' ')]))
  const conversations = await w.admin.sql`
    select contact_id, status, unread_count, last_message_at, last_message_preview, last_message_direction,
      window_expires_at, id
    from conversations where tenant_id = ${tenant} and merged_into is null`
  const ownerOf = new Map(conversations.map((row) => [row.id, nameOf.get(row.contact_id)]))
  const messages = await w.admin.sql`
    select wamid, sort_key, conversation_id, contact_id, direction, type, content, at, placeholder, state,
      ledger_version, sent_at, delivered_at, read_at, failed_at, fold
    from messages where tenant_id = ${tenant}`
  const orphans = await w.admin.sql`
    select w.wamid, array(select k from jsonb_object_keys(w.stub) k order by k) as stub from message_wamids w
    where tenant_id = ${tenant} and message_id is null`
  const receipts = await w.admin.sql`select wamid, status, at from receipts where tenant_id = ${tenant}`
  return {
    people: sorted(people.map(({ id: _, ...row }) => row)),
    conversations: sorted(
      conversations.map(({ id: _, contact_id, ...row }) => ({ ...row, of: nameOf.get(contact_id) })),
    ),
    messages: sorted(
      messages.map(({ conversation_id, contact_id, sort_key, ...row }) => ({
        ...row,
        // Ours are named by their number in the story: each company has its own ids.
        key: row.direction === 'outbound' ? (row.content as string) : sort_key,
        in: ownerOf.get(conversation_id),
        by: nameOf.get(contact_id),
      })),
    ),
    orphans: sorted(orphans.map((row) => ({ wamid: row.wamid, statuses: row.stub.length }))),
    receipts: sorted([...receipts]),
  }
}

function sorted(rows: readonly object[]): string[] {
  return rows
    .map((row) => JSON.stringify(row, (_, value) => (typeof value === 'bigint' ? String(value) : value)))
    .sort()
}

/** What left for the others: each fact once per id, whatever came twice. */
function toldOf(channel: Channel): string[] {
  const own = w.told.events.filter((event) => event.header?.tenantId === channel.tenantId)
  const kept = new Map<string, string>()
  for (const { header, payload } of own) {
    if (payload?.$case === 'statusOfOurs') {
      const { status } = payload.value
      kept.set(header?.id ?? '', `ours ${status?.wamid} ${status?.status} ${header?.time?.toISOString()}`)
    }
    if (payload?.$case === 'messageStored') {
      kept.set(header?.id ?? '', `stored ${payload.value.direction} ${payload.value.contentJson}`)
    }
  }
  // Versions may be left out on the way; the last word is the same.
  const last = new Map<string, inboxEventsV1.MessageUpdated>()
  for (const { payload } of own) {
    if (payload?.$case !== 'messageUpdated') continue
    const held = last.get(payload.value.messageId)
    if (!held || held.version < payload.value.version) last.set(payload.value.messageId, payload.value)
  }
  const updated = [...last.values()].map(
    ({ messageId: _, conversationId: __, contactId: ___, numberId: ____, version: _____, ...word }) =>
      `updated ${JSON.stringify(word)}`,
  )
  return [...kept.values(), ...updated].sort()
}

async function live(story: readonly Happening[], how: (told: Told[]) => Promise<void>) {
  const channel = newChannel()
  await how(tell(channel, story))
  return { seen: await snapshot(channel), told: toldOf(channel) }
}

function chunks<T>(items: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, n) =>
    items.slice(n * size, (n + 1) * size),
  )
}

test('CONTRACTS 21: every order, every batching, twice, and all at once end in the same place and say the same', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(happening, { minLength: 5, maxLength: 30 }),
      fc.integer({ min: 1, max: 5 }),
      async (story, size) => {
        const inOrder = await live(story, async (told) => {
          for (const part of chunks(told, 1)) await hear(part)
        })
        const reversed = await live(story, async (told) => {
          for (const part of chunks([...told].reverse(), size)) await hear(part)
        })
        const atOnce = await live(story, async (told) => {
          await Promise.all([...chunks(told, size), ...chunks([...told].reverse(), size + 1)].map(hear))
        })
        expect(reversed).toEqual(inOrder)
        expect(atOnce).toEqual(inOrder)
      },
    ),
    { numRuns: 25 },
  )
}, 120_000)

test('CONTRACTS 21: a status and the claim of its wamid at the same moment never miss each other', async () => {
  for (let round = 0; round < 30; round++) {
    const channel = newChannel()
    const id = messageId(channel, round)
    const early = status(channel, { wamid: 'wamid.meet', status: 'read', seconds: 5 })
    w.forget()
    await Promise.all([
      w.dispatch(
        accepted(channel, { id }),
        stateChanged(channel, { id, version: 2, state: 'sent', wamids: ['wamid.meet'] }),
      ),
      w.ingest(early),
      w.dispatch(unmatched(channel, { wamid: 'wamid.meet', status: 'delivered', seconds: 6 })),
    ])
    expect(toldOf(channel).filter((line) => line.startsWith('ours'))).toHaveLength(1)
    const [row] = await w.admin.sql`select state from messages where tenant_id = ${channel.tenant}`
    expect(row?.state).toBe('delivered')
  }
}, 60_000)
