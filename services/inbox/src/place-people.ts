import { newId, uuidOf } from '@palomar/contracts'
import { LostRace, type Tx } from '@palomar/db'
import { findContacts, findIdentities } from './db/contacts.ts'
import { mergeContact } from './db/merge.ts'
import {
  describeContacts,
  findOwners,
  identitiesOf,
  insertContacts,
  insertIdentities,
  lockContacts,
  moveIdentities,
  type TenantId,
  updateContacts,
} from './db/people.ts'
import { contactChanged, type Facts } from './domain/facts.ts'
import { contactFrame, resyncFrame } from './domain/frames.ts'
import {
  describePerson,
  type KnownContact,
  type KnownIdentity,
  type PeopleChanges,
  resolvePeople,
} from './domain/people.ts'
import { keysOf, type Person } from './domain/person.ts'
import { contactOf } from './domain/resources.ts'

export interface Placed {
  /** In the order of the persons. */
  contactIds: string[]
  /** Every recipient key of a contact that was touched, by `tenant/contact`. */
  keys: Map<string, string[]>
  /** What is known of each contact now, by `tenant/contact`. */
  contacts: Map<string, KnownContact>
  /** Conversations that a merge changed. */
  mergedConversations: TenantId[]
}

/**
 * One contact per person, found, made or merged. The contacts stay locked until the transaction ends: whoever writes
 * to a person's conversations comes through here first, which is what lets a merge move them.
 *
 * Throws LostRace when a concurrent transaction changed the same people meanwhile.
 */
export async function placePeople(
  tx: Tx,
  persons: readonly Person[],
  facts: Facts,
  now: Date,
  found?: Awaited<ReturnType<typeof ownersOf>>,
): Promise<Placed> {
  const owners = found ?? (await ownersOf(tx, persons))
  const ids = owners.map((owner) => ({ tenantId: owner.tenantId, id: owner.contactId }))
  // The second reads once the first has its locks, though both are sent at once: a key that has passed to another contact
  // is no longer among them, and its insert below fails.
  const [contacts, known] =
    ids.length > 0 ? await Promise.all([lockContacts(tx, ids), identitiesOf(tx, ids)]) : [[], []]
  if (contacts.some((contact) => contact.mergedInto)) throw new LostRace('a contact was merged meanwhile')

  const mintId = () => uuidOf(newId('contact'))
  const { contactIds, changes } = resolvePeople(
    persons,
    { identities: known.filter(isRecipientKey), contacts },
    mintId,
  )
  if (changes.created.length > 0) await insertContacts(tx, changes.created)
  if (changes.identities.length > 0) {
    const inserted = await insertIdentities(tx, changes.identities)
    if (inserted < changes.identities.length) throw new LostRace('an identity was claimed meanwhile')
  }
  if (changes.updated.length > 0) await updateContacts(tx, changes.updated)
  if (changes.moved.length > 0) await moveIdentities(tx, changes.moved)
  const mergedConversations = await applyMerges(tx, changes, facts, now)

  await describe(tx, persons, contactIds, known)

  const touched = unique(
    persons.map((person, at) => ({ tenantId: person.tenantId, id: contactIds[at] ?? '' })),
  )
  const current = hasNews(changes) ? await identitiesOf(tx, unique([...touched, ...changes.updated])) : known
  const byContact = new Map<string, string[]>()
  for (const { tenantId, contactId, key } of current.filter(isRecipientKey)) {
    const at = `${tenantId}/${contactId}`
    byContact.set(at, [...(byContact.get(at) ?? []), key])
  }
  await tell(tx, changes, byContact, facts, now)
  const placed = new Map(
    [...contacts, ...changes.created, ...changes.updated].map((one) => [`${one.tenantId}/${one.id}`, one]),
  )
  return { contactIds, keys: byContact, contacts: placed, mergedConversations }
}

/** Which contacts the keys of these people lead to. May be asked with other statements, before the people are placed. */
export function ownersOf(tx: Tx, persons: readonly Person[]) {
  return findOwners(
    tx,
    persons.flatMap((person) => keysOf(person).map((key) => ({ tenantId: person.tenantId, key }))),
  )
}

function hasNews(changes: PeopleChanges): boolean {
  return (
    changes.created.length + changes.updated.length + changes.identities.length + changes.moved.length > 0
  )
}

async function applyMerges(tx: Tx, changes: PeopleChanges, facts: Facts, now: Date): Promise<TenantId[]> {
  const conversations: TenantId[] = []
  for (const { tenantId, loser, survivor } of changes.merges) {
    for (const id of await mergeContact(tx, tenantId, loser, survivor)) conversations.push({ tenantId, id })
    facts.frames.push(resyncFrame(tenantId, `merge/${loser}`, now))
  }
  return unique(conversations)
}

/** ContactChanged and contact.updated for what is new or different. */
async function tell(
  tx: Tx,
  changes: PeopleChanges,
  keys: Map<string, string[]>,
  facts: Facts,
  now: Date,
): Promise<void> {
  const changed = [...changes.created, ...changes.updated]
  const losers = new Map(changes.merges.map((merge) => [merge.loser, merge.survivor]))
  for (const contact of changed) {
    const mergedInto = losers.get(contact.id) ?? null
    const ownKeys = keys.get(`${contact.tenantId}/${contact.id}`) ?? []
    facts.events.push(contactChanged({ ...contact, mergedInto }, ownKeys, now))
  }
  if (changed.length === 0) return
  const [rows, identities] = await Promise.all([findContacts(tx, changed), findIdentities(tx, changed)])
  for (const row of rows) {
    const own = identities.filter((identity) => identity.contactId === row.id)
    facts.frames.push(contactFrame(contactOf(row, own), row.tenantId, now))
  }
}

/** Spellings that the contact does not have yet. */
async function describe(
  tx: Tx,
  persons: readonly Person[],
  contactIds: readonly string[],
  known: readonly KnownIdentity[],
): Promise<void> {
  const held = new Set(known.map(({ tenantId, contactId, key }) => `${tenantId}/${contactId}/${key}`))
  const fresh = persons
    .flatMap((person, at) => describePerson(person, contactIds[at] ?? ''))
    .filter(({ tenantId, contactId, key }) => !held.has(`${tenantId}/${contactId}/${key}`))
  if (fresh.length > 0) await describeContacts(tx, fresh)
}

function isRecipientKey({ key }: { key: string }): boolean {
  return key.startsWith('p:') || key.startsWith('b:')
}

function unique(ids: readonly TenantId[]): TenantId[] {
  return [...new Map(ids.map(({ tenantId, id }) => [`${tenantId}/${id}`, { tenantId, id }])).values()]
}
