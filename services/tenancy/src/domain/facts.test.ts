import { expect, test } from 'bun:test'
import { idFromUuid, newId, uuidOf } from '@palomar/contracts'
import { credentialRevoked, numberChanged, tenantChanged } from './facts.ts'

const tenantId = uuidOf(newId('tenant'))
const tenant = {
  tenantId,
  version: 3n,
  state: 'active',
  name: 'Panadería',
  language: 'es',
  updatedAt: new Date(0),
}
const at = new Date(1_700_000_000_000)

test('CONTRACTS 3: the same change told twice has one id, the next change another', () => {
  const id = (version: bigint) => tenantChanged({ ...tenant, version }, '').header?.id
  expect(id(3n)).toBe(id(3n) ?? '')
  expect(id(4n)).not.toBe(id(3n) ?? '')
})

test('CONTRACTS 3: someone removed, added and removed again is revoked by two facts', () => {
  const subject = newId('user')
  const revoked = (since: Date) =>
    credentialRevoked(tenantId, { kind: 'membership', subject, since, version: 2n }, at, '').header?.id
  expect(revoked(new Date(1))).not.toBe(revoked(new Date(2)) ?? '')
})

test('a number’s event carries Meta’s ids as Meta’s and ours with their prefix', () => {
  const id = uuidOf(newId('number'))
  const app = uuidOf(newId('app'))
  const event = numberChanged(
    {
      tenantId,
      id,
      version: 1n,
      phoneNumberId: '106540352242922',
      metaWabaId: '102290129340398',
      portfolioId: uuidOf(newId('portfolio')),
      displayPhoneNumber: '+15550783881',
      state: 'active',
      throughputPerSecond: 80,
      dailyQuota: 0n,
      appIds: [app],
      metaBusinessId: '',
      graphVersion: '',
      verifiedName: '',
      tokenVersion: 1n,
      updatedAt: at,
    },
    '00-trace',
  )
  expect(event.header?.traceparent).toBe('00-trace')
  expect(event.payload).toMatchObject({
    $case: 'numberChanged',
    value: {
      numberId: idFromUuid('number', id),
      wabaId: '102290129340398',
      appIds: [idFromUuid('app', app)],
    },
  })
})
