import { expect, test } from 'bun:test'
import { type LimitName, limits } from '../src/index.ts'
import { probes } from './limit-probes.ts'

const rows = Object.keys(limits) as LimitName[]

test('M18: every row of the table of limits is reached', () => {
  expect(Object.keys(probes).sort()).toEqual([...rows].sort())
})

test.each(rows)(
  'M18: %s: at the limit it passes, beyond it is refused, with path, limit and page',
  (name) => {
    const { min = 0, max, docs } = limits[name] as { min?: number; max: number; docs: string }
    const { path, check, floor } = probes[name]
    expect(check(max)).toMatchObject({ ok: true })
    const beyond = check(max + 1)
    const found = beyond.ok ? [] : beyond.errors
    expect(found.find((problem) => problem.path === path && problem.limit === max)).toMatchObject({ docs })
    if (!floor) return
    expect(check(min)).toMatchObject({ ok: true })
    const below = check(min - 1)
    expect(below.ok ? [] : below.errors.map(({ limit }) => limit)).toContain(min)
  },
)
