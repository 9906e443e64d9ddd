import { expect, test } from 'bun:test'
import { describeConfig } from '@palomar/runtime'
import { migrateVars, provisionVars } from './config.ts'

test('the README lists exactly what the commands read', async () => {
  const readme = await Bun.file(`${import.meta.dir}/../README.md`).text()
  const rows = (command: string, vars: typeof migrateVars | typeof provisionVars) =>
    describeConfig(vars).map(({ name, description }) => `| \`${name}\` | ${command} | ${description} |`)
  const wanted = [...rows('provision', provisionVars), ...rows('migrate', migrateVars)]
  expect(readme).toContain(wanted.join('\n'))
})
