import { StartFailure } from '../servers/failure.ts'
import { type Manifest, manifestsOf, type Profile, template } from './chart.ts'
import { helmProgram } from './helm.ts'

/** A chart as it is rendered, with what tests ask of it. */
export interface Rendered {
  all: Manifest[]
  of(kind: string): Manifest[]
  /** The object of that kind with that name, less the release's prefix. */
  one(kind: string, name: string): Manifest
}

/** Helm 4; undefined where it cannot be had, which with CI=true is a failure. Tests skip by that. */
export const helm: string | undefined = await helmProgram(4).catch((error: Error) => {
  if (process.env.CI === 'true') throw error
  console.error(`tests of the chart are skipped: ${error.message}`)
  return undefined
})

const once = new Map<string, Promise<Rendered>>()

/** By Helm 4; each set of values once in a process. */
export function rendered(profile: Profile | undefined, set: string[] = []): Promise<Rendered> {
  const key = [profile, ...set].join(' ')
  const known = once.get(key) ?? render(profile, set)
  once.set(key, known)
  return known
}

async function render(profile: Profile | undefined, set: string[]): Promise<Rendered> {
  const ran = template(helm ?? '', profile, set)
  if (!ran.ok) throw new StartFailure(ran.error)
  const all = manifestsOf(ran.output)
  const of = (kind: string) => all.filter((manifest) => manifest.kind === kind)
  return {
    all,
    of,
    one(kind, name) {
      const found = of(kind).find(({ metadata }) => metadata.name === `palomar-${name}`)
      if (!found) throw new Error(`there is no ${kind} palomar-${name}`)
      return found
    },
  }
}

/** What a render is refused with, in Helm's words; fails when it is not. */
export async function refusal(profile: Profile | undefined, set: string[]): Promise<string> {
  const ran = template(helm ?? '', profile, set)
  if (ran.ok) throw new Error(`rendered all the same with ${set.join(' ')}`)
  return ran.error
}

export interface PodOf {
  role: string
  pod: Manifest
  env: { name: string; value?: string; valueFrom?: { secretKeyRef: { name: string; key: string } } }[]
}

/** Every pod that runs our image, by the role that is its argument. */
export function ourPods({ of }: Rendered): PodOf[] {
  return [...of('Deployment'), ...of('Job')].map((workload) => {
    const pod = workload.spec.template
    const [container] = pod.spec.containers
    return { role: container.args[0], pod, env: container.env }
  })
}
