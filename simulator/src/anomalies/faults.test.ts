import { expect, test } from 'bun:test'
import { readFileSync } from 'node:fs'
import { Faults, faultNames, faultTables } from '../faults.ts'
import { faultsPage } from './page.ts'

test('docs/faults.md tells every fault, and each is in one table', () => {
  expect(readFileSync(new URL('../../docs/faults.md', import.meta.url), 'utf8')).toBe(faultsPage())
  expect(Object.values(faultTables).flatMap((rows) => Object.keys(rows))).toEqual(faultNames)
})

test('the same seed gives the same faults, at about their rate', () => {
  const drawn = (seed: number) => {
    const faults = new Faults(seed)
    faults.change({ noStatus: 0.3 })
    return Array.from({ length: 1_000 }, () => faults.happens('noStatus'))
  }
  expect(drawn(7)).toEqual(drawn(7))
  expect(drawn(7)).not.toEqual(drawn(8))
  const count = drawn(7).filter(Boolean).length
  expect(count).toBeGreaterThan(250)
  expect(count).toBeLessThan(350)
})
