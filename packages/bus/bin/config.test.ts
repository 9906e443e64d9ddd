import { expect, test } from 'bun:test'
import { configTable } from '@palomar/runtime'
import { provisionVars } from './config.ts'

test('the README lists exactly what the commands read', async () => {
  const readme = await Bun.file(`${import.meta.dir}/../README.md`).text()
  expect(readme).toContain(configTable(provisionVars))
})
