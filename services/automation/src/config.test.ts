import { expect, test } from 'bun:test'
import { configTable } from '@palomar/runtime'
import { configSchema } from './config.ts'

test('O9: the README’s environment table is the schema’s', async () => {
  const readme = await Bun.file(`${import.meta.dir}/../README.md`).text()
  expect(readme).toContain(configTable(configSchema))
})
