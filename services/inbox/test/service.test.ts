/** The whole service: one of it, and a file for each theme. */
import { afterAll, beforeAll, expect, test } from 'bun:test'
import { join } from 'node:path'
import { configTable } from '@palomar/runtime'
import { configSchema } from '../src/config.ts'
import { access } from './service/access.ts'
import { Desk } from './service/desk.ts'
import { reads } from './service/reads.ts'
import { sessions } from './service/sessions.ts'
import { streams } from './service/streams.ts'

const desk = new Desk()
beforeAll(() => desk.start(), 60_000)
afterAll(() => desk.r.close(), 60_000)

streams(desk)
reads(desk)
sessions(desk)
access(desk)

test('O9: the README’s environment table is what config.ts reads', async () => {
  const readme = await Bun.file(join(import.meta.dir, '../README.md')).text()
  expect(readme).toContain(configTable(configSchema))
})
