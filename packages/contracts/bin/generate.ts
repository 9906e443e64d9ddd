/**
 * Regenerates everything that follows from proto/: TypeScript, the descriptor set that reflection serves, and
 * the access table of every RPC. `--check` writes nothing and fails when what is committed is not current.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import {
  createFileRegistry,
  type DescExtension,
  type DescMethod,
  fromBinary,
  getExtension,
  hasExtension,
} from '@bufbuild/protobuf'
import { FileDescriptorSetSchema } from '@bufbuild/protobuf/wkt'

const root = join(import.meta.dir, '../../..')
const gen = join(root, 'packages/contracts/src/gen')

function run(args: string[]): void {
  const done = Bun.spawnSync(['bun', '--bun', join(root, 'node_modules/.bin/buf'), ...args], {
    cwd: join(root, 'proto'),
    stdout: 'inherit',
    stderr: 'inherit',
  })
  if (done.exitCode !== 0) process.exit(done.exitCode)
}

/** The access option of every method, read from the descriptors: `/palomar.x.v1.Service/Method` → access. */
function accessTable(descriptors: Uint8Array): string {
  const registry = createFileRegistry(fromBinary(FileDescriptorSetSchema, descriptors))
  const extension = registry.getExtension('palomar.options.v1.access')
  if (!extension) throw new Error('proto/palomar/options/v1/options.proto lost its access option')
  const lines: string[] = []
  for (const file of registry.files) {
    for (const service of file.services) {
      for (const method of service.methods) lines.push(accessLine(extension, method))
    }
  }
  return `// Generated from proto/ by \`bun run generate\`. Do not edit.
import type { RpcAccess } from '../rpc-access.ts'

export const generatedRpcAccess: Record<string, RpcAccess> = {
${lines.sort().join('\n')}
}
`
}

function accessLine(extension: DescExtension, method: DescMethod): string {
  const path = `/${method.parent.typeName}/${method.name}`
  if (!method.proto.options || !hasExtension(method.proto.options, extension)) {
    throw new Error(`${path} has no (palomar.options.v1.access): say who may call it`)
  }
  const access = getExtension(method.proto.options, extension) as {
    permission: string
    services: string[]
    public: boolean
  }
  return `  '${path}': { permission: '${access.permission}', services: ${JSON.stringify(access.services)}, public: ${access.public} },`
}

function filesOf(folder: string): Map<string, string> {
  const files = new Map<string, string>()
  for (const name of readdirSync(folder, { recursive: true }) as string[]) {
    const path = join(folder, name)
    if (statSync(path).isFile()) files.set(relative(folder, path), readFileSync(path).toString('base64'))
  }
  return files
}

function generate(out: string): void {
  run(['generate', '--template', templateFor(out)])
  const image = join(out, 'descriptors.binpb')
  run(['build', '--as-file-descriptor-set', '-o', image])
  writeFileSync(join(out, 'rpc-access.ts'), accessTable(readFileSync(image)))
}

/** buf.gen.yaml with its output folder replaced. */
function templateFor(out: string): string {
  return readFileSync(join(root, 'proto/buf.gen.yaml'), 'utf8').replace(
    'out: ../packages/contracts/src/gen',
    `out: ${out}`,
  )
}

if (process.argv.includes('--check')) {
  const out = mkdtempSync(join(tmpdir(), 'palomar-gen-'))
  try {
    generate(out)
    const fresh = filesOf(out)
    const committed = filesOf(gen)
    const stale = [...new Set([...fresh.keys(), ...committed.keys()])].filter(
      (f) => fresh.get(f) !== committed.get(f),
    )
    if (stale.length > 0) {
      console.error(`generated code is not current (run \`bun run generate\`): ${stale.join(', ')}`)
      process.exit(1)
    }
    console.log('generated code is current')
  } finally {
    rmSync(out, { recursive: true })
  }
} else {
  generate(gen)
}
