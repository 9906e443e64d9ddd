import { expect, test } from 'bun:test'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { pages } from './pages.ts'

const sources = readdirSync(import.meta.dir, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
  .map((file) => ({ file, text: readFileSync(join(import.meta.dir, file), 'utf8') }))

test('the addresses of Meta’s pages stand in one place, each of them used', () => {
  const elsewhere = sources.filter(({ text }) => text.includes('developers.facebook.com'))
  expect(elsewhere.map(({ file }) => file)).toEqual(['pages.ts'])
  const used = new Set(
    sources.flatMap(({ text }) => [...text.matchAll(/\bpages\.(\w+)/g)].map(([, name]) => name)),
  )
  used.delete('ts')
  expect([...used].sort()).toEqual(Object.keys(pages).sort())
})

test('no two names have the same page', () => {
  const addresses = Object.values(pages)
  expect(new Set(addresses).size).toBe(addresses.length)
  for (const address of addresses)
    expect(address).toMatch(/^https:\/\/developers\.facebook\.com\/[\w/.-]*\w$/)
})
