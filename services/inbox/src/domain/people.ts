import { recipientKey } from '@palomar/cloud-api'
import { ownKeysOf, type Person, portfolioOf } from './person.ts'

export interface KnownIdentity {
  tenantId: string
  key: string
  contactId: string
  seenAt: Date
}

export interface KnownContact {
  tenantId: string
  id: string
  name: string
  nameAt: Date | null
  phone: string
  waId: string
  waIdAt: Date | null
  version: bigint
}

export interface NewIdentity extends KnownIdentity {
  kind: 'phone' | 'bsuid' | 'wa_id' | 'username'
  value: string
  portfolioId: string
}

/** What must be written so that every person has one contact. */
export interface PeopleChanges {
  created: KnownContact[]
  updated: KnownContact[]
  /** The first three bytes of a contact's life: lost to a concurrent writer, the whole is worked out again. */
  identities: NewIdentity[]
  /** Keys that passed from one contact to another: a recycled number. */
  moved: KnownIdentity[]
  /** Oldest survives. */
  merges: { tenantId: string; loser: string; survivor: string }[]
}

interface Contact extends KnownContact {
  state: 'known' | 'changed' | 'new'
  mergedInto?: string
}

/**
 * Finds or makes the contact of each person, from what is known of their keys.
 *
 * - A business-scoped id is the person; then the phone. Names and usernames never decide.
 * - Keys of two contacts in one sighting: the same person, and the oldest contact survives (CONTRACTS 32).
 * - Except a phone that was somebody else's with another business-scoped id of the same portfolio: a recycled number.
 *   The phone passes to the later sighting; histories stay apart.
 * - Who changed number is who had the previous id, or else the previous phone unless somebody was seen with it since.
 *
 * Pure: `mintId` gives ids that sort by age. `contactIds` is in the order of `persons`.
 */
export function resolvePeople(
  persons: readonly Person[],
  known: { identities: readonly KnownIdentity[]; contacts: readonly KnownContact[] },
  mintId: () => string,
): { contactIds: string[]; changes: PeopleChanges } {
  const contacts = new Map<string, Contact>()
  const owners = new Map<string, KnownIdentity>()
  const changes: PeopleChanges = { created: [], updated: [], identities: [], moved: [], merges: [] }
  const at = (tenantId: string, key: string) => `${tenantId}/${key}`
  for (const contact of known.contacts)
    contacts.set(at(contact.tenantId, contact.id), { ...contact, state: 'known' })
  for (const identity of known.identities) owners.set(at(identity.tenantId, identity.key), { ...identity })

  const contactAt = (tenantId: string, id: string): Contact => {
    let contact = contacts.get(at(tenantId, id))
    while (contact?.mergedInto) contact = contacts.get(at(tenantId, contact.mergedInto))
    if (!contact) throw new Error('an identity leads to a contact that was not read')
    return contact
  }
  const ownerOf = (person: Person, key: string | undefined): Contact | undefined => {
    const identity = key === undefined ? undefined : owners.get(at(person.tenantId, key))
    return identity && contactAt(person.tenantId, identity.contactId)
  }

  function isSomebodyElse(contact: Contact, person: Person): boolean {
    if (!person.bsuidKey) return false
    for (const identity of owners.values()) {
      const { key } = identity
      if (identity.tenantId !== person.tenantId || portfolioOf(key) !== person.portfolioId) continue
      if (key === person.bsuidKey || key === person.previousBsuidKey) continue
      if (contactAt(identity.tenantId, identity.contactId) === contact) return true
    }
    return false
  }

  /** Who had the previous phone when its owner changed number. */
  function formerly(person: Person): Contact | undefined {
    const key = person.previousPhoneKey
    const identity = key === undefined ? undefined : owners.get(at(person.tenantId, key))
    return identity && identity.seenAt <= person.at ? ownerOf(person, key) : undefined
  }

  function create(person: Person): Contact {
    const contact: Contact = {
      tenantId: person.tenantId,
      id: mintId(),
      name: '',
      nameAt: null,
      phone: '',
      waId: '',
      waIdAt: null,
      version: 1n,
      state: 'new',
    }
    contacts.set(at(person.tenantId, contact.id), contact)
    return contact
  }

  function merge(a: Contact, b: Contact): Contact {
    const [survivor, loser] = a.id < b.id ? [a, b] : [b, a]
    loser.mergedInto = survivor.id
    // One that was never written needs no merging: its keys simply go to the survivor.
    if (loser.state !== 'new') {
      changes.merges.push({ tenantId: survivor.tenantId, loser: loser.id, survivor: survivor.id })
      touch(loser)
    }
    touch(survivor)
    takeNames(survivor, loser)
    return survivor
  }

  function claim(person: Person, key: string, contact: Contact): void {
    const identity = owners.get(at(person.tenantId, key))
    if (!identity) {
      const made: NewIdentity = {
        tenantId: person.tenantId,
        key,
        contactId: contact.id,
        seenAt: person.at,
        ...describe(key, person),
      }
      owners.set(at(person.tenantId, key), made)
      changes.identities.push(made)
      touch(contact)
    } else if (contactAt(person.tenantId, identity.contactId) !== contact && person.at > identity.seenAt) {
      touch(contactAt(person.tenantId, identity.contactId))
      touch(contact)
      identity.contactId = contact.id
      identity.seenAt = person.at
      changes.moved.push(identity)
    }
  }

  const found = persons.map((person) => {
    let main =
      ownerOf(person, person.bsuidKey) ?? ownerOf(person, person.previousBsuidKey) ?? formerly(person)
    for (const key of person.phoneKeys) {
      const owner = ownerOf(person, key)
      if (!owner || owner === main || isSomebodyElse(owner, person)) continue
      main = main ? merge(main, owner) : owner
    }
    const previous = ownerOf(person, person.previousBsuidKey) ?? formerly(person)
    if (main && previous && previous !== main) main = merge(main, previous)
    const contact = main ?? create(person)
    for (const key of ownKeysOf(person)) claim(person, key, contact)
    if (sighted(contact, person)) touch(contact)
    return contact
  })

  for (const contact of contacts.values()) {
    if (contact.state === 'new' && !contact.mergedInto) changes.created.push(contact)
    if (contact.state === 'changed') changes.updated.push({ ...contact, version: contact.version + 1n })
  }
  for (const identity of [...changes.identities, ...changes.moved]) {
    identity.contactId = contactAt(identity.tenantId, identity.contactId).id
  }
  for (const one of changes.merges) one.survivor = contactAt(one.tenantId, one.survivor).id
  return { contactIds: found.map((contact) => contactAt(contact.tenantId, contact.id).id), changes }
}

function touch(contact: Contact): void {
  if (contact.state === 'known') contact.state = 'changed'
}

/** Name and wa_id fold by Meta's time, then by text: whoever comes last, the same one holds. */
function sighted(contact: Contact, person: Person): boolean {
  let changed = false
  if (person.name && isLater(person.at, person.name, contact.nameAt, contact.name)) {
    changed = person.name !== contact.name
    contact.name = person.name
    contact.nameAt = person.at
  }
  if (person.waId && isLater(person.at, person.waId, contact.waIdAt, contact.waId)) {
    changed ||= person.waId !== contact.waId
    contact.waId = person.waId
    contact.waIdAt = person.at
    contact.phone = `+${person.waId}`
  } else if (hasMoved(person) && isLater(person.at, '', contact.waIdAt, contact.waId)) {
    // To a number that nobody was told: the old one is somebody else's by and by.
    changed ||= contact.waId !== '' || contact.phone !== ''
    contact.waId = ''
    contact.waIdAt = person.at
    contact.phone = ''
  } else if (!contact.waIdAt && betterPhone(contact.phone, person.phone) !== contact.phone) {
    changed = true
    contact.phone = person.phone
  }
  return changed
}

const hasMoved = (person: Person): boolean =>
  person.previousBsuidKey !== undefined || person.previousPhoneKey !== undefined

function takeNames(survivor: Contact, loser: Contact): void {
  if (loser.nameAt && isLater(loser.nameAt, loser.name, survivor.nameAt, survivor.name)) {
    survivor.name = loser.name
    survivor.nameAt = loser.nameAt
  }
  if (loser.waIdAt && isLater(loser.waIdAt, loser.waId, survivor.waIdAt, survivor.waId)) {
    survivor.waId = loser.waId
    survivor.waIdAt = loser.waIdAt
    survivor.phone = loser.phone
  }
  if (!survivor.waIdAt) survivor.phone = betterPhone(survivor.phone, loser.phone)
}

/** Of two spellings that people typed, always the same one: Meta has not said its own yet. */
function betterPhone(a: string, b: string): string {
  if (a === '' || b === '') return a || b
  return a < b ? a : b
}

function isLater(at: Date, text: string, heldAt: Date | null, held: string): boolean {
  if (!heldAt) return true
  return at.getTime() === heldAt.getTime() ? text > held : at > heldAt
}

function describe(key: string, person: Person): Pick<NewIdentity, 'kind' | 'value' | 'portfolioId'> {
  if (key.startsWith('p:')) {
    const spelled = recipientKey({ phone: person.phone }) === key ? person.phone : `+${key.slice(2)}`
    return { kind: 'phone', value: spelled, portfolioId: '' }
  }
  const portfolioId = portfolioOf(key) ?? ''
  return {
    kind: 'bsuid',
    value: key.slice(3 + portfolioId.length),
    portfolioId: portfolioId || person.portfolioId,
  }
}

/** How else the person is known: spellings that are searched and shown, and never decide who he is. */
export function describePerson(person: Person, contactId: string): NewIdentity[] {
  const { tenantId, at: seenAt } = person
  const made: NewIdentity[] = []
  const add = (key: string, kind: NewIdentity['kind'], value: string, portfolioId = '') =>
    made.push({ tenantId, key, contactId, kind, value, portfolioId, seenAt })
  if (person.waId) add(`w:${person.waId}`, 'wa_id', person.waId)
  else if (person.phone) add(`w:${person.phone.slice(1)}`, 'phone', person.phone)
  if (person.username)
    add(`u:${person.portfolioId}:${person.username}`, 'username', person.username, person.portfolioId)
  return made
}

/** Lower case without accents, at most 100 characters: what names are searched by. */
export function foldName(name: string): string {
  return name.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase().trim().slice(0, 100)
}
