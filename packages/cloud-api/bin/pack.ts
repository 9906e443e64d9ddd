/**
 * Packs the library as others install it: `bun packages/cloud-api/bin/pack.ts FOLDER` leaves a .tgz there, with JavaScript for any
 * runtime that has node:http, declarations, README and licence.
 */
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

const home = join(import.meta.dir, '..')
const root = join(home, '../..')

interface Manifest {
  name: string
  version: string
  description?: string
  license: string
  dependencies: Record<string, string>
}
const readJson = (path: string) => JSON.parse(readFileSync(path, 'utf8')) as unknown

async function pack(destination: string): Promise<string> {
  const stage = mkdtempSync(join(tmpdir(), 'cloud-api-'))
  try {
    await bundle(stage)
    run(['x', 'tsc', '-p', join(home, 'tsconfig.pack.json'), '--outDir', join(stage, 'types')])
    namedAsPacked(join(stage, 'types'))
    cpSync(join(home, 'README.md'), join(stage, 'README.md'))
    cpSync(join(root, 'LICENSE'), join(stage, 'LICENSE'))
    writeFileSync(join(stage, 'package.json'), `${JSON.stringify(manifest(), null, 2)}\n`)
    mkdirSync(destination, { recursive: true })
    return run(['pm', 'pack', '--quiet', '--destination', destination], stage)
  } finally {
    rmSync(stage, { recursive: true, force: true })
  }
}

/** Declarations name their neighbours as the compiler of whoever installs them looks for them. */
function namedAsPacked(folder: string): void {
  for (const file of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    if (!file.endsWith('.d.ts')) continue
    const path = join(folder, file)
    writeFileSync(path, readFileSync(path, 'utf8').replace(/(from |import\()'(\.[^']*)\.ts'/g, "$1'$2.js'"))
  }
}

async function bundle(outdir: string): Promise<void> {
  const result = await Bun.build({
    entrypoints: [join(home, 'src/index.ts'), join(home, 'bin/cloud-api.ts')],
    outdir,
    target: 'node',
    format: 'esm',
    packages: 'external',
    splitting: true,
    naming: { entry: '[name].js', chunk: 'chunks/[hash].js' },
  })
  if (!result.success) throw new Error(result.logs.join('\n'))
  const cli = join(outdir, 'cloud-api.js')
  writeFileSync(cli, `#!/usr/bin/env node\n${readFileSync(cli, 'utf8')}`, { mode: 0o755 })
}

function manifest(): object {
  const { name, version, description, license, dependencies } = readJson(
    join(home, 'package.json'),
  ) as Manifest
  const { catalog } = (
    readJson(join(root, 'package.json')) as { workspaces: { catalog: Record<string, string> } }
  ).workspaces
  const resolved = Object.entries(dependencies).map(([dependency, range]) => [
    dependency,
    range === 'catalog:' ? `^${catalog[dependency]}` : range,
  ])
  return {
    name,
    version,
    description,
    license,
    type: 'module',
    sideEffects: false,
    exports: {
      '.': { types: './types/index.d.ts', default: './index.js' },
      './package.json': './package.json',
    },
    types: './types/index.d.ts',
    bin: { 'cloud-api': './cloud-api.js' },
    engines: { node: '>=22' },
    dependencies: Object.fromEntries(resolved),
  }
}

function run(command: string[], cwd = root): string {
  const result = Bun.spawnSync([process.execPath, ...command], { cwd, stdout: 'pipe', stderr: 'pipe' })
  if (!result.success) throw new Error(`${command.join(' ')}: ${result.stdout}${result.stderr}`)
  return result.stdout.toString().trim()
}

const [folder] = process.argv.slice(2)
if (folder === undefined) {
  console.error('usage: bun packages/cloud-api/bin/pack.ts FOLDER')
  process.exit(2)
}
console.log(await pack(resolve(folder)))
