import { expect, test } from 'bun:test'
import { createHash } from 'node:crypto'
import { provesService } from './service-secrets.ts'

const digest = `sha256:${createHash('sha256').update('the inbox secret').digest('hex')}`
const known = new Map([
  ['inbox', digest],
  ['ingest', 'the ingest secret'],
])

test('CONTRACTS 35: a service is proven by its own secret, kept in clear or as a digest', () => {
  expect(provesService(known, 'inbox', 'the inbox secret')).toBe(true)
  expect(provesService(known, 'ingest', 'the ingest secret')).toBe(true)
})

test('another’s secret, the digest itself, nothing, and an unknown name prove nothing', () => {
  expect(provesService(known, 'ingest', 'the inbox secret')).toBe(false)
  expect(provesService(known, 'inbox', digest)).toBe(false)
  expect(provesService(known, 'inbox', '')).toBe(false)
  expect(provesService(known, 'media', '')).toBe(false)
})
