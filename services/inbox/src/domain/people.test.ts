import { expect, test } from 'bun:test'
import fc from 'fast-check'
import { foldName, type KnownContact, type KnownIdentity, resolvePeople } from './people.ts'
import { type Person, personOf } from './person.ts'

let minted = 0
const mintId = () => `c${String(minted++).padStart(6, '0')}`
const nothing = { identities: [], contacts: [] }

function sighting(
  names: { waId?: string; userId?: string; previousUserId?: string; name?: string },
  seconds = 0,
): Person {
  const place = { tenantId: 't', portfolioId: 'p', at: new Date(seconds * 1000) }
  const person = personOf({ waId: '', userId: '', profileName: names.name ?? '', ...names }, place)
  if (!person) throw new Error('a sighting names somebody')
  return person
}

function contact(id: string, more: Partial<KnownContact> = {}): KnownContact {
  return {
    tenantId: 't',
    id,
    name: '',
    nameAt: null,
    phone: '',
    waId: '',
    waIdAt: null,
    version: 1n,
    ...more,
  }
}

const identity = (key: string, contactId: string, seconds = 0): KnownIdentity => ({
  tenantId: 't',
  key,
  contactId,
  seenAt: new Date(seconds * 1000),
})

test('one person seen twice in a batch is one new contact', () => {
  const { contactIds, changes } = resolvePeople(
    [sighting({ waId: '57300' }), sighting({ waId: '57300' })],
    nothing,
    mintId,
  )
  expect(new Set(contactIds).size).toBe(1)
  expect(changes.created).toHaveLength(1)
  expect(changes.identities).toHaveLength(1)
})

test('sightings that only meet later in the batch are one new contact, and nothing is merged in the database', () => {
  const batch = [
    sighting({ waId: '57300' }),
    sighting({ userId: 'CO.a' }),
    sighting({ waId: '57300', userId: 'CO.a' }),
  ]
  const { contactIds, changes } = resolvePeople(batch, nothing, mintId)
  expect(new Set(contactIds).size).toBe(1)
  expect(changes.created).toHaveLength(1)
  expect(changes.merges).toEqual([])
  expect(new Set(changes.identities.map((one) => one.contactId))).toEqual(new Set(contactIds))
})

test('the oldest of two known contacts survives, whichever key leads to it', () => {
  const known = {
    identities: [identity('p:57300', 'c2'), identity('b:p:CO.a', 'c1')],
    contacts: [contact('c1'), contact('c2', { name: 'Ana', nameAt: new Date(5) })],
  }
  const { contactIds, changes } = resolvePeople(
    [sighting({ waId: '57300', userId: 'CO.a' }, 9)],
    known,
    mintId,
  )
  expect(contactIds).toEqual(['c1'])
  expect(changes.merges).toEqual([{ tenantId: 't', loser: 'c2', survivor: 'c1' }])
  expect(changes.updated.find((one) => one.id === 'c1')).toMatchObject({ name: 'Ana', version: 2n })
})

test('a recycled number makes a new contact; the phone follows only a later sighting', () => {
  const known = {
    identities: [identity('p:57300', 'c1', 100), identity('b:p:CO.old', 'c1', 100)],
    contacts: [contact('c1')],
  }
  const later = resolvePeople([sighting({ waId: '57300', userId: 'CO.new' }, 200)], known, mintId)
  expect(later.changes.created).toHaveLength(1)
  expect(later.changes.merges).toEqual([])
  expect(later.changes.moved).toMatchObject([{ key: 'p:57300', contactId: later.contactIds[0] ?? '' }])
  const earlier = resolvePeople([sighting({ waId: '57300', userId: 'CO.new' }, 50)], known, mintId)
  expect(earlier.changes.moved).toEqual([])
})

test('a changed number leads from the old id to the new one', () => {
  const known = { identities: [identity('b:p:CO.old', 'c1')], contacts: [contact('c1')] }
  const { contactIds, changes } = resolvePeople(
    [sighting({ userId: 'CO.new', previousUserId: 'CO.old' })],
    known,
    mintId,
  )
  expect(contactIds).toEqual(['c1'])
  expect(changes.identities.map((one) => one.key)).toEqual(['b:p:CO.new'])
})

test('another tenant’s contact is never found', () => {
  const known = { identities: [identity('p:57300', 'c1')], contacts: [contact('c1')] }
  const { contactIds } = resolvePeople([{ ...sighting({ waId: '57300' }), tenantId: 'other' }], known, mintId)
  expect(contactIds).not.toEqual(['c1'])
})

test('what is known already changes nothing', () => {
  const known = {
    identities: [identity('p:57300', 'c1')],
    contacts: [
      contact('c1', {
        name: 'Ana',
        nameAt: new Date(9000),
        waId: '57300',
        waIdAt: new Date(9000),
        phone: '+57300',
      }),
    ],
  }
  const { changes } = resolvePeople([sighting({ waId: '57300', name: 'Ana' }, 9)], known, mintId)
  expect(changes).toEqual({ created: [], updated: [], identities: [], moved: [], merges: [] })
})

test('CONTRACTS 32: in whatever order people are seen, the same keys end at one contact with the same name', () => {
  const names = fc.record({
    person: fc.nat({ max: 2 }),
    by: fc.constantFrom('phone', 'user', 'both'),
    seconds: fc.nat({ max: 20 }),
  })
  const person = ({ person: n, by, seconds }: { person: number; by: string; seconds: number }) =>
    sighting(
      {
        ...(by !== 'user' && { waId: `57300${n}` }),
        ...(by !== 'phone' && { userId: `CO.u${n}` }),
        name: `Name ${seconds}`,
      },
      seconds,
    )
  const seen = (story: Person[]) => {
    const { changes } = resolvePeople(story, nothing, mintId)
    return changes.created
      .map(({ id, name, phone, waId }) => {
        const keys = changes.identities.filter((one) => one.contactId === id).map((one) => one.key)
        return JSON.stringify({ keys: keys.sort(), name, phone, waId })
      })
      .sort()
  }
  fc.assert(
    fc.property(fc.array(names, { maxLength: 12 }), fc.infiniteStream(fc.nat()), (story, random) => {
      const shuffled = story
        .map((one) => ({ one, key: random.next().value ?? 0 }))
        .sort((a, b) => a.key - b.key)
        .map(({ one }) => one)
      expect(seen(shuffled.map(person))).toEqual(seen(story.map(person)))
    }),
  )
})

test('names are found without accents and case', () => {
  expect(foldName('  María JOSÉ Ñandú ')).toBe('maria jose nandu')
})
