/**
 * `bun tools/chart/generate.ts [--check]`: what the chart holds of the contracts, and what docs/operations.md says of
 * the chart; --check only says whether both are current.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { repositoryRoot } from '../servers/tools-folder.ts'
import { chartNatsConfig } from './nats-conf.ts'
import { withTables } from './operations-tables.ts'

const read = (path: string) => {
  const file = join(repositoryRoot, path)
  return existsSync(file) ? readFileSync(file, 'utf8') : ''
}

const wanted: Record<string, string> = {
  'helm/palomar/files/nats.conf': chartNatsConfig(),
  'docs/operations.md': withTables(read('docs/operations.md')),
}

for (const [path, text] of Object.entries(wanted)) {
  if (read(path) === text) continue
  if (process.argv.includes('--check')) {
    console.error(`${path} is not current: bun run generate`)
    process.exitCode = 1
  } else {
    writeFileSync(join(repositoryRoot, path), text)
  }
}
