import { expect, test } from 'bun:test'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { repositoryRoot } from '../servers/index.ts'
import { isIgnored, readCopy, readDockerfile } from './dockerfile.ts'

const read = (path: string) => readFileSync(join(repositoryRoot, path), 'utf8')
const stages = readDockerfile(read('Dockerfile'))
const [build, final] = stages
const valuesOf = (stage: typeof build, keyword: string) =>
  (stage?.instructions ?? []).filter((line) => line.keyword === keyword).map(({ value }) => value)

/** Folders of every workspace, as package.json names them. */
function workspaces(): string[] {
  const { workspaces } = JSON.parse(read('package.json')) as { workspaces: { packages: string[] } }
  return workspaces.packages.flatMap((pattern) =>
    [...new Bun.Glob(`${pattern}/package.json`).scanSync(repositoryRoot)].map((path) =>
      path.slice(0, -'/package.json'.length),
    ),
  )
}

test('O7: every workspace’s manifest is in the image before the frozen install', () => {
  const before: string[] = []
  for (const { keyword, value } of build?.instructions ?? []) {
    if (keyword === 'RUN' && value.startsWith('bun install')) break
    if (keyword === 'COPY') before.push(...readCopy(value).sources)
  }
  for (const folder of workspaces()) expect(before).toContain(`${folder}/package.json`)
  for (const file of ['package.json', 'bun.lock', 'bunfig.toml', 'patches/']) expect(before).toContain(file)
  expect(valuesOf(build, 'RUN')[0]).toBe('bun install --frozen-lockfile')
})

test('O7: each base is pinned to the Bun of .bun-version, and the one that runs has no shell', () => {
  const version = read('.bun-version').trim()
  expect(build?.from).toBe(`oven/bun:${version}-slim`)
  expect(final?.from).toBe(`oven/bun:${version}-distroless`)
  expect(stages).toHaveLength(2)
})

test('O7: the image runs as nobody, writes nothing, and takes the role as its argument', () => {
  expect(valuesOf(final, 'USER')).toEqual(['65532:65532'])
  expect(valuesOf(final, 'ENV').join(' ')).toContain('BUN_RUNTIME_TRANSPILER_CACHE_PATH=0')
  expect(JSON.parse(valuesOf(final, 'ENTRYPOINT')[0] ?? '')).toEqual([
    '/usr/local/bin/bun',
    '/app/palomar.js',
  ])
  expect(valuesOf(final, 'RUN')).toEqual([])
  expect(valuesOf(final, 'COPY').every((value) => value.startsWith('--from='))).toBe(true)
})

test('no secret and no installed module can reach the image', () => {
  const ignore = read('.dockerignore')
  for (const path of [
    '.git/config',
    '.palomar/secrets.json',
    'node_modules/x',
    'packages/bus/node_modules/x',
  ])
    expect([path, isIgnored(path, ignore)]).toEqual([path, true])
  for (const path of ['tools/build/main.ts', 'services/inbox/drizzle/meta/_journal.json', 'proto/buf.yaml'])
    expect([path, existsSync(join(repositoryRoot, path)), isIgnored(path, ignore)]).toEqual([
      path,
      true,
      false,
    ])
  expect(read('Dockerfile')).not.toMatch(/(PASSWORD|SECRET|TOKEN|_KEYS?)=/)
})

test('comments, continued lines and arguments are read as Docker reads them', () => {
  const [stage] = readDockerfile(`ARG V=1\n# note\nFROM a:\${V} AS b\nENV X=1 \\\n  Y=2\n`)
  expect(stage).toEqual({ from: 'a:1', name: 'b', instructions: [{ keyword: 'ENV', value: 'X=1 Y=2' }] })
})
