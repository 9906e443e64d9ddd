import { Glob } from 'bun'
import { repositoryRoot } from '../servers/index.ts'

const folders = ['dashboard', 'simulator', 'services', 'tools', 'test']

/** The browser tests under the paths; all without one. They end in `.e2e.ts`, which plain `bun test` leaves alone. */
export function browserTests(paths: string[]): string[] {
  const glob = new Glob(`{${folders.join(',')}}/**/*.e2e.ts`)
  const all = [...glob.scanSync({ cwd: repositoryRoot })].filter((path) => !path.includes('node_modules/'))
  return all
    .map((path) => `./${path}`)
    .filter(
      (path) => paths.length === 0 || paths.some((under) => path === under || path.startsWith(`${under}/`)),
    )
    .sort()
}
