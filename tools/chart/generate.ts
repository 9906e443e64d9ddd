/** `bun tools/chart/generate.ts [--check]`: what the chart holds of the contracts; --check only says whether it is current. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { chartFolder } from './chart.ts'
import { chartNatsConfig } from './nats-conf.ts'

const path = join(chartFolder, 'files/nats.conf')
const wanted = chartNatsConfig()
if (!process.argv.includes('--check')) {
  writeFileSync(path, wanted)
} else if (!existsSync(path) || readFileSync(path, 'utf8') !== wanted) {
  console.error('helm/palomar/files/nats.conf is not what the contracts say: bun run generate')
  process.exitCode = 1
}
