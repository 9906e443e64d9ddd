import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { inheritedEnvironment } from '../servers/child.ts'
import { repositoryRoot } from '../servers/tools-folder.ts'

export const chartFolder = join(repositoryRoot, 'helm/palomar')

/** The sets of values that the chart comes with. */
export const profiles = ['minimal', 'ha', 'evaluation'] as const
export type Profile = (typeof profiles)[number]

export interface Ran {
  ok: boolean
  output: string
  error: string
}

/** One Helm command on the chart, without a cluster and without the user's own settings. */
export function runHelm(helm: string, args: string[]): Ran {
  const env = {
    ...inheritedEnvironment(),
    HELM_CACHE_HOME: '/tmp',
    HELM_CONFIG_HOME: '/tmp',
    HELM_DATA_HOME: '/tmp',
  }
  const done = spawnSync(helm, args, { encoding: 'utf8', env, maxBuffer: 64 * 1024 * 1024 })
  return {
    ok: done.status === 0,
    output: done.stdout ?? '',
    error: done.stderr || (done.error?.message ?? ''),
  }
}

export const valuesFile = (profile: Profile) => join(chartFolder, `values-${profile}.yaml`)

/** `helm template`; `set` are `--set` expressions. */
export function template(helm: string, profile: Profile | undefined, set: string[] = []): Ran {
  const values = profile ? ['-f', valuesFile(profile)] : []
  const sets = set.flatMap((expression) => ['--set', expression])
  return runHelm(helm, ['template', 'palomar', chartFolder, '--namespace', 'palomar', ...values, ...sets])
}

/** A rendered object; tests look into objects of every kind. */
// biome-ignore lint/suspicious/noExplicitAny: see above
export type Manifest = any

export function manifestsOf(output: string): Manifest[] {
  return [Bun.YAML.parse(output)].flat().filter((manifest) => manifest !== null)
}
