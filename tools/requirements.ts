/** Prints, for each row of docs/requirements.md, the tests that carry its id; fails when a row marked done has none. */
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { readRequirements } from './requirements/acceptance-list.ts'
import { idsOf, type NamedTest, testsIn } from './requirements/test-names.ts'

const root = resolve(import.meta.dir, '..')

function testFiles(): string[] {
  // Beside them the files of one theme each, which a test file calls: all in folders of tests.
  const patterns = ['*.test.ts', '*.e2e.ts', 'test/*.ts', '*/test/*.ts']
  const listed = spawnSync('git', ['ls-files', '-co', '--exclude-standard', ...patterns], {
    cwd: root,
    encoding: 'utf8',
  })
  if (listed.status !== 0) throw new Error(`git ls-files failed: ${listed.stderr}`)
  return listed.stdout.split('\n').filter((path) => path && existsSync(join(root, path)))
}

const requirements = readRequirements(readFileSync(join(root, 'docs/requirements.md'), 'utf8'))
const known = new Set(requirements.map(({ id }) => id))
const prefixOf = (id: string) => id.replace(/\d+$/, '')
/** Agreements of other pages (`E22`) have letters of their own. */
const prefixes = new Set([...known].map(prefixOf))
const proofs = new Map<string, NamedTest[]>()
const strangers: string[] = []
for (const path of testFiles()) {
  // Tests of this very tool speak of ids that prove nothing.
  if (path.startsWith('tools/requirements/')) continue
  for (const test of testsIn(path, readFileSync(join(root, path), 'utf8'))) {
    for (const id of idsOf(test.name)) {
      if (known.has(id)) proofs.set(id, [...(proofs.get(id) ?? []), test])
      else if (prefixes.has(prefixOf(id)))
        strangers.push(`${test.path}: "${test.name}" names ${id}, which is no row of docs/requirements.md`)
    }
  }
}

let unproven = 0
for (const { id, must, done } of requirements) {
  const tests = proofs.get(id) ?? []
  if (tests.length === 0 && !done) continue
  console.log(`${id}${done ? ' (done)' : ''} ${must.slice(0, 90)}`)
  for (const { path, name } of tests) console.log(`    ${path}: ${name}`)
  if (tests.length === 0) {
    unproven++
    console.error(`${id} is marked done in docs/requirements.md, but no test carries its id`)
  }
}
for (const stranger of strangers) console.error(stranger)
const done = requirements.filter((requirement) => requirement.done).length
console.log(
  `${requirements.length} rows, ${done} done, ${proofs.size} with tests, ${unproven} done without a test`,
)
process.exit(unproven > 0 || strangers.length > 0 ? 1 : 0)
