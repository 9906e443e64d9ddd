import { expect, test } from 'bun:test'
import { keysOf, personOf, recipientOf } from './person.ts'

const place = { tenantId: 't', portfolioId: 'pfl_1', at: new Date(0) }

test('a phone and a business-scoped id are the two keys of a person', () => {
  const person = personOf({ waId: '573001112233', userId: 'CO.abc', profileName: ' Ana ' }, place)
  expect(person).toMatchObject({ waId: '573001112233', phone: '+573001112233', name: 'Ana' })
  expect(person && keysOf(person)).toEqual(['b:pfl_1:CO.abc', 'p:573001112233'])
})

test('a business-scoped id where the phone belongs is never read as a phone', () => {
  const person = personOf({ waId: 'US.7Qk2Zx0mWp', userId: '' }, place)
  expect(person).toMatchObject({ phoneKeys: [], bsuidKey: 'b:pfl_1:US.7Qk2Zx0mWp', waId: '', phone: '' })
})

test('nobody named is nobody', () => {
  expect(personOf({ waId: '', userId: '' }, place)).toBeUndefined()
  expect(personOf({ waId: 'nonsense', userId: '' }, place)).toBeUndefined()
})

test('a recipient keeps the key it was accepted with, and gains the one Meta answered', () => {
  const typed = { to: '+55 31 98000-0011', userId: '', key: 'p:553180000011' }
  expect(recipientOf(typed, place)).toMatchObject({ phoneKeys: ['p:553180000011'], phone: '+5531980000011' })
  expect(recipientOf(typed, place, '553180000011')?.phoneKeys).toEqual(['p:553180000011'])
  expect(recipientOf({ ...typed, key: 'p:2250700' }, place, '2257')?.phoneKeys).toEqual([
    'p:2250700',
    'p:2257',
  ])
})

test('a recipient by business-scoped id belongs to the portfolio in its key', () => {
  const recipient = { to: '', userId: 'CO.abc', key: 'b:pfl_9:CO.abc' }
  expect(recipientOf(recipient, { ...place, portfolioId: '' })).toMatchObject({
    portfolioId: 'pfl_9',
    phoneKeys: [],
  })
})
