import { expect, test } from 'bun:test'
import { clientAddress } from './client-address.ts'

const of = (forwarded: string | undefined, hops: number) =>
  clientAddress(
    new Headers(forwarded === undefined ? {} : { 'x-forwarded-for': forwarded }),
    '10.0.0.9',
    hops,
  )

test('U11: without trusted proxies the header is nobody’s word', () => {
  expect(of('1.2.3.4', 0)).toBe('10.0.0.9')
})

test('U11: each trusted proxy vouches for one entry, counted from the right', () => {
  expect(of('6.6.6.6, 1.2.3.4', 1)).toBe('1.2.3.4')
  expect(of('6.6.6.6, 1.2.3.4, 10.0.0.1', 2)).toBe('1.2.3.4')
})

test('U11: with fewer entries than proxies the peer stands', () => {
  expect(of('1.2.3.4', 2)).toBe('10.0.0.9')
  expect(of(undefined, 1)).toBe('10.0.0.9')
  expect(of('', 1)).toBe('10.0.0.9')
})
