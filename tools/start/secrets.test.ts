import { afterAll, expect, test } from 'bun:test'
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { loadSecrets } from './secrets.ts'

const folders: string[] = []
const folder = () => {
  const made = mkdtempSync(join(tmpdir(), 'palomar-secrets-'))
  folders.push(made)
  return made
}
afterAll(() => folders.map((made) => rmSync(made, { recursive: true })))

test('secrets are made once, for their owner’s eyes only, and found again', () => {
  const place = folder()
  const first = loadSecrets(place)
  expect(loadSecrets(place)).toEqual(first)
  expect(statSync(join(place, 'secrets.json')).mode & 0o777).toBe(0o600)
})

test('two folders share no secret', () => {
  const values = (secrets: unknown): string[] =>
    typeof secrets === 'string' ? [secrets] : Object.values(secrets as object).flatMap(values)
  const [one, two] = [values(loadSecrets(folder())), values(loadSecrets(folder()))]
  expect(one.filter((value) => two.includes(value))).toEqual([])
})

test('a secret that a newer version needs is added, and the known ones stay', () => {
  const place = folder()
  const { roles, ...rest } = loadSecrets(place)
  const file = join(place, 'secrets.json')
  writeFileSync(file, JSON.stringify({ ...rest, roles: { palomar_inbox: roles.palomar_inbox } }))
  const again = loadSecrets(place)
  expect(again.roles.palomar_inbox).toBe(roles.palomar_inbox as string)
  expect(Object.keys(again.roles).sort()).toEqual(Object.keys(roles).sort())
  expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(again)
})

test('a damaged file is never overwritten: the data would be lost with it', () => {
  const place = folder()
  writeFileSync(join(place, 'secrets.json'), '{"roles":')
  expect(() => loadSecrets(place)).toThrow('is not readable JSON')
  expect(readFileSync(join(place, 'secrets.json'), 'utf8')).toBe('{"roles":')
})
