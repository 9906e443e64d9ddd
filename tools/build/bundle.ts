import { cpSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { repositoryRoot, StartFailure } from '../servers/index.ts'
import { buildDashboard } from '../start/dashboard-build.ts'
import { migratedServices, roles } from './roles.ts'

export interface Bundled {
  role: string
  /** Of the code, without the files it carries along. */
  codeBytes: number
}

/**
 * Everything an image needs, into `folder`, which is emptied first: `palomar.js`, a folder per role with its `main.js`
 * and the files it reads, and `migrations/<service>/drizzle`. Runs with Bun alone, without node_modules.
 */
export async function buildBundles(folder: string): Promise<Bundled[]> {
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  await bundle('tools/build/palomar.ts', folder, 'palomar.js')
  const bundled: Bundled[] = []
  for (const [role, main] of Object.entries(roles))
    bundled.push({ role, codeBytes: await bundle(main, join(folder, role), 'main.js') })
  await buildDashboard()
  cpSync(join(repositoryRoot, 'dashboard/build'), join(folder, 'dashboard'), { recursive: true })
  writeFileSync(join(folder, 'dashboard/main.js'), `import './index.js'\n`)
  for (const service of migratedServices()) {
    const from = join(repositoryRoot, 'services', service, 'drizzle')
    cpSync(from, join(folder, 'migrations', service, 'drizzle'), { recursive: true })
  }
  return bundled
}

/** Not minified: a stack trace in a log names our functions, and the image hardly grows. */
async function bundle(main: string, outdir: string, name: string): Promise<number> {
  const built = await Bun.build({
    entrypoints: [join(repositoryRoot, main)],
    outdir,
    target: 'bun',
    // A page that the simulator serves is an entry too, so entries keep their own names at first.
    naming: { entry: '[name].[ext]', asset: '[name]-[hash].[ext]', chunk: '[name]-[hash].[ext]' },
    throw: false,
  })
  if (!built.success) throw new StartFailure(`${main} could not be bundled: ${built.logs.join('\n')}`)
  const code = built.outputs.find(({ kind, path }) => kind === 'entry-point' && path.endsWith('.js'))
  if (!code) throw new StartFailure(`${main} was bundled into nothing`)
  renameSync(join(outdir, `${basename(main, '.ts')}.js`), join(outdir, name))
  return code.size
}
