import { afterAll, expect, test } from 'bun:test'
import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isReachable, reachableFolder } from './unprivileged.ts'

const folder = mkdtempSync(join(tmpdir(), 'palomar-reach-'))
afterAll(() => rmSync(folder, { recursive: true }))
const nobody = { name: 'nobody', uid: 65_534, gid: 65_534 }

test('below a home that is closed to others Postgres gets a folder of its own under /var/lib', () => {
  mkdirSync(join(folder, 'closed/clone'), { recursive: true })
  chmodSync(folder, 0o755)
  chmodSync(join(folder, 'closed'), 0o700)
  expect(isReachable(join(folder, 'closed/clone/.palomar'), nobody)).toBe(false)
  expect(reachableFolder(join(folder, 'closed/clone/.palomar'), nobody)).toStartWith('/var/lib/palomar/')
})

test('a folder that the user can walk to is used as it is, also when it does not exist yet', () => {
  chmodSync(folder, 0o711)
  expect(reachableFolder(join(folder, 'later/on'), nobody)).toBe(join(folder, 'later/on'))
})

test('without another user every folder is used as it is', () => {
  expect(reachableFolder('/root/x', undefined)).toBe('/root/x')
})
