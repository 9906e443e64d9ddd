import { expect, test } from 'bun:test'
import { newId, uuidOf } from '@palomar/contracts'
import { generateKey, keyringOf, openText } from '@palomar/seal'
import { createVault } from './vault.ts'

const ring = (...keys: Uint8Array[]) => keyringOf(keys.map((key, at) => ({ name: `k${at}`, key })))
const [master, next, apps] = [generateKey(), generateKey(), generateKey()]
const vault = createVault(ring(master), ring(apps))
const [tenant, number] = [uuidOf(newId('tenant')), uuidOf(newId('number'))]

test('T11: X1: a token opens under its own company’s key and for its own number only', () => {
  const { key, sealed } = vault.newTenantKey(tenant)
  const token = vault.sealToken(key, number, 'EAAG-secret')
  expect(Buffer.from(token).toString('latin1')).not.toContain('EAAG-secret')
  expect(vault.openToken(vault.openTenantKey(tenant, sealed), number, token)).toBe('EAAG-secret')
  expect(() => vault.openToken(key, uuidOf(newId('number')), token)).toThrow()
  expect(() => vault.openToken(vault.newTenantKey(tenant).key, number, token)).toThrow()
  expect(() => vault.openTenantKey(uuidOf(newId('tenant')), sealed)).toThrow()
})

test('X1: rotation of the master key seals the data key anew and leaves it the same', () => {
  const { key, sealed } = vault.newTenantKey(tenant)
  const rotating = createVault(ring(next, master), ring(apps))
  const anew = rotating.resealTenantKey(tenant, sealed)
  if (!anew) throw new Error('nothing was sealed anew')
  expect(Buffer.from(rotating.openTenantKey(tenant, anew))).toEqual(Buffer.from(key))
  expect(rotating.resealTenantKey(tenant, anew)).toBeUndefined()
  // The old key may leave the ring now.
  expect(Buffer.from(createVault(ring(next), ring(apps)).openTenantKey(tenant, anew))).toEqual(
    Buffer.from(key),
  )
  expect(() => vault.openTenantKey(tenant, anew)).toThrow()
})

test('CONTRACTS 14: an entry of the snapshot opens with the shared key under its own slug', () => {
  const entry = vault.sealEntry('default', '{"secrets":[]}')
  expect(openText(ring(apps), entry, 'default')).toBe('{"secrets":[]}')
  expect(() => openText(ring(apps), entry, 'other')).toThrow()
})
