/** `bun run build [folder]`: the bundles of every role, by default into dist/. */
import { join, resolve } from 'node:path'
import { repositoryRoot, StartFailure } from '../servers/index.ts'
import { buildBundles } from './bundle.ts'

const [given] = process.argv.slice(2)
const folder = given === undefined ? join(repositoryRoot, 'dist') : resolve(given)
try {
  const bundled = await buildBundles(folder)
  for (const { role, codeBytes } of bundled)
    console.log(`${role.padEnd(20)} ${(codeBytes / 1e6).toFixed(1).padStart(5)} MB`)
  console.log(`in ${folder}: run one with \`bun ${folder}/palomar.js <role>\``)
} catch (error) {
  if (!(error instanceof StartFailure)) throw error
  console.error(error.message)
  process.exitCode = 1
}
