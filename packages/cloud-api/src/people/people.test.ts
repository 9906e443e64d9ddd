import { expect, test } from 'bun:test'
import fc from 'fast-check'
import { canonicalPhone, isBsuid, phoneVariants, plainPhone, recipientKey, toE164 } from '../index.ts'

test.each([
  // Brazil: a mobile in both spellings, from an area of each sort.
  ['+55 11 98000-0011', 'p:551180000011'],
  ['551180000011', 'p:551180000011'],
  ['5531980000011', 'p:553180000011'],
  ['5531960000011', 'p:553160000011'],
  // A landline on WhatsApp has eight digits that begin with 2 to 5: it never had a 9, and keeps all it has.
  ['554532000011', 'p:554532000011'],
  ['5545932000011', 'p:5545932000011'],
  // Mexico and Argentina.
  ['+52 1 55 0000 0011', 'p:525500000011'],
  ['525500000011', 'p:525500000011'],
  ['+54 9 11 2200-0011', 'p:541122000011'],
  ['541122000011', 'p:541122000011'],
  // Others are what they are.
  ['+573001234567', 'p:573001234567'],
  ['15550100199', 'p:15550100199'],
])('CONTRACTS 31: %s has the key %s', (phone, key) => {
  expect(recipientKey({ phone })).toBe(key as never)
  expect(recipientKey({ waId: phone.replace(/\D/g, '') })).toBe(key as never)
})

test('CONTRACTS 31: without a phone the key is the user id inside its portfolio', () => {
  expect(recipientKey({ bsuid: 'BR.1a2B', portfolioId: '77' })).toBe('b:77:BR.1a2B' as never)
  expect(recipientKey({ phone: '', waId: '', bsuid: 'BR.1a2B', portfolioId: '77' })).toBe(
    'b:77:BR.1a2B' as never,
  )
  expect(recipientKey({ waId: 'BR.1a2B', portfolioId: '77' })).toBe('b:77:BR.1a2B' as never)
  expect(recipientKey({ phone: '+57 300 123 4567', bsuid: 'CO.1', portfolioId: '77' })).toBe(
    'p:573001234567' as never,
  )
})

test('CONTRACTS 31: nobody has no key', () => {
  expect(recipientKey({})).toBeUndefined()
  expect(recipientKey({ phone: '', bsuid: '' })).toBeUndefined()
  // A group.
  expect(recipientKey({ phone: 'Z3JvdXA6MQ==', bsuid: '' })).toBeUndefined()
})

test.each([
  ['5511980000011', ['5511980000011', '551180000011']],
  ['551180000011', ['551180000011', '5511980000011']],
  ['554532000011', ['554532000011']],
  ['5491122000011', ['5491122000011', '541122000011']],
  ['525500000011', ['525500000011', '5215500000011']],
  ['+573001234567', ['573001234567']],
])('M33: the spellings of %s are %j', (phone, variants) => {
  expect(phoneVariants(phone)).toEqual(variants)
})

test('CONTRACTS 31: all spellings of a number meet in one key, and the canonical form is its own', () => {
  const prefix = fc.constantFrom('55', '52', '521', '54', '549', '57', '1', '5511', '55119')
  const number = fc.tuple(prefix, fc.stringMatching(/^\d{6,11}$/)).map((parts) => parts.join(''))
  fc.assert(
    fc.property(number, (digits) => {
      const canonical = canonicalPhone(digits)
      expect(canonicalPhone(canonical)).toBe(canonical)
      for (const variant of phoneVariants(digits)) expect(canonicalPhone(variant)).toBe(canonical)
    }),
  )
})

test.each([
  ['+573001234567', undefined, '+573001234567'],
  ['573001234567', undefined, '+573001234567'],
  ['57 300 123-45 67', undefined, '+573001234567'],
  ['(300) 123 4567', 'CO', '+573001234567'],
  ['573001234567', 'CO', '+573001234567'],
  ['573001234567', 'AR', '+573001234567'],
  ['0057 300 1234567', undefined, '+573001234567'],
  ['011 15 2200-0011', 'AR', '+5491122000011'],
  ['541156384310', undefined, '+541156384310'],
  ['11 98000-0011', 'BR', '+5511980000011'],
  ['0039 06 1234 5678', undefined, '+390612345678'],
] as const)('M33: %s in %s is %s', (text, country, e164) => {
  expect(toE164(text, country)).toBe(e164)
})

test.each(['', '+', 'abc', '+57 300 CALL', '12', '+0000000', '+1'.padEnd(60, '1'), '+57300123456789012'])(
  'M33: %j is no phone number',
  (text) => {
    expect(toE164(text)).toBeUndefined()
  },
)

test('a business-scoped id has a country, a dot and letters or digits', () => {
  expect(['US.7Qk2Zx0mWp', 'BR.ENT.9Lr4'].every(isBsuid)).toBe(true)
  expect(['us.1', 'USA.1', 'US.', 'US.a b', '573001234567', `US.${'x'.repeat(129)}`].some(isBsuid)).toBe(
    false,
  )
})

test.each([
  ['+57 300 123-4567', '+573001234567'],
  ['57 (300) 123.45.67', '573001234567'],
  ['541156384310', '541156384310'],
  ['Z3JvdXA6MQ==', 'Z3JvdXA6MQ=='],
  ['', ''],
])('M33: %j goes to Meta as %j', (text, plain) => {
  expect(plainPhone(text)).toBe(plain)
})

test('M33: every spelling of a number has one key, with plus or without, with spaces or dashes', () => {
  const spellings = [
    '+573001234567',
    '573001234567',
    '+57 300 123 4567',
    '57-300-123-4567',
    '(57) 300.123.4567',
  ]
  expect(new Set(spellings.map((phone) => recipientKey({ phone }) as string))).toEqual(
    new Set(['p:573001234567']),
  )
})
