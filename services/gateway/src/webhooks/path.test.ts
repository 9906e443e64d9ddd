import { expect, test } from 'bun:test'
import { slugOf } from './path.ts'

test('W13: the paths, bare and with an app', () => {
  for (const base of [
    '/webhooks/whatsapp',
    '/webhooks/meta/whatsapp',
    '/webhook/whatsapp',
    '/api/v1/whatsapp/webhook',
  ]) {
    expect(slugOf(base)).toBe('default')
    expect(slugOf(`${base}/`)).toBe('default')
    expect(slugOf(`${base}/acme-1`)).toBe('acme-1')
  }
})

test('W13: what only looks like one is none, and what no app can be called is an app that does not exist', () => {
  for (const path of [
    '/webhooks',
    '/webhooks/whatsappx',
    '/webhooks/health',
    '/v1/messages',
    '/',
    '/webhooks/meta',
  ]) {
    expect(slugOf(path)).toBeUndefined()
  }
  for (const path of [
    '/webhooks/whatsapp/A',
    '/webhooks/whatsapp/a/b',
    '/webhooks/whatsapp//',
    '/webhooks/whatsapp/..',
    '/webhooks/whatsapp/_marker',
  ]) {
    expect(slugOf(path)).toBe('')
  }
})
