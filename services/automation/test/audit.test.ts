import { afterAll, beforeAll, expect, test } from 'bun:test'
import { eventually } from '@palomar/testkit'
import type { Service } from '../src/service.ts'
import { type Company, newCompany, type Rig, rig, sameEndpoint, sameRule, someRule } from './rig.ts'

let r: Rig
let service: Service
beforeAll(async () => {
  r = await rig()
  service = await r.start()
}, 60_000)
afterAll(() => r?.close(), 60_000)

const auditOf = (own: Company) =>
  r.events.flatMap(({ header, payload }) =>
    header?.tenantId === own.tenantId && payload?.$case === 'audited'
      ? [{ ...payload.value, metadata: JSON.parse(payload.value.metadataJson) }]
      : [],
  )

test('X2: each change of a rule says who made it and what changed, and nothing that customers are told', async () => {
  const own = newCompany()
  const rpc = await r.as(service, own)
  const rule = await rpc.createRule(someRule)
  await rpc.updateRule({ ...sameRule, id: rule.id, replyText: 'Abrimos de 9 a 17.', enabled: false })
  // Asked again it changes nothing.
  await rpc.updateRule({ ...sameRule, id: rule.id, replyText: 'Abrimos de 9 a 17.', enabled: false })
  await rpc.deleteRule({ id: rule.id })
  const entries = await eventually(() => {
    expect(auditOf(own)).toHaveLength(3)
    return auditOf(own)
  })
  expect(entries.map(({ action, metadata }) => [action, metadata])).toEqual([
    ['rule.created', { name: 'Horario', enabled: true }],
    ['rule.updated', { name: 'Horario', enabled: false, fields: ['enabled', 'reply_text'] }],
    ['rule.deleted', { name: 'Horario', enabled: false }],
  ])
  for (const { actorId, entity, entityId, entryId } of entries) {
    expect(actorId).toStartWith('usr_')
    expect([entity, entityId]).toEqual(['rule', rule.id])
    expect(entryId).toStartWith('aud_')
  }
  expect(new Set(entries.map(({ actorId }) => actorId)).size).toBe(1)
  expect(JSON.stringify(entries)).not.toContain('Abrimos')
})

test('X2: each change of a webhook endpoint says who made it and what changed, never its secret nor its path', async () => {
  const own = newCompany()
  const rpc = await r.as(service, own)
  const url = 'https://crm.example.com/hooks/token-in-the-path?key=hidden'
  const { endpoint, secret } = await rpc.createWebhookEndpoint({
    url,
    description: 'CRM',
    eventTypes: [],
    numberIds: [],
    format: '',
  })
  const id = endpoint?.id ?? ''
  await rpc.updateWebhookEndpoint({ ...sameEndpoint, id, state: 'disabled' })
  await rpc.updateWebhookEndpoint({ ...sameEndpoint, id, state: 'disabled', url })
  const rotated = await rpc.rotateWebhookSecret({ id })
  await rpc.deleteWebhookEndpoint({ id })
  const entries = await eventually(() => {
    expect(auditOf(own)).toHaveLength(4)
    return auditOf(own)
  })
  const host = 'crm.example.com'
  expect(entries.map(({ action, metadata }) => [action, metadata])).toEqual([
    ['webhook_endpoint.created', { host, state: 'enabled' }],
    ['webhook_endpoint.updated', { host, state: 'disabled', fields: ['state'] }],
    ['webhook_endpoint.secret_rotated', { host, state: 'disabled' }],
    ['webhook_endpoint.deleted', { host, state: 'disabled' }],
  ])
  const told = JSON.stringify(entries)
  for (const hidden of [secret, rotated.secret, 'token-in-the-path', 'hidden'])
    expect(told).not.toContain(hidden)
})

test('X2: a change that is refused leaves no entry', async () => {
  const [own, other] = [newCompany(), newCompany()]
  const rpc = await r.as(service, own)
  const rule = await rpc.createRule(someRule)
  const stranger = await r.as(service, other)
  const refused = [
    () => stranger.updateRule({ ...sameRule, id: rule.id, name: 'Mía' }),
    () => stranger.deleteRule({ id: rule.id }),
    () => rpc.createRule({ ...someRule, keywords: [] }),
  ]
  const codes: unknown[] = []
  for (const call of refused) codes.push(await call().catch((error: { code: string }) => error.code))
  expect(codes).toEqual(['not_found', 'not_found', 'validation_failed'])
  await rpc.deleteRule({ id: rule.id })
  await eventually(() => expect(auditOf(own)).toHaveLength(2))
  expect(auditOf(other)).toEqual([])
})
