import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chartFolder, profiles, runHelm, template, valuesFile } from '../chart/chart.ts'
import { helmProgram } from '../chart/helm.ts'
import { kubeconformProgram } from '../chart/kubeconform.ts'
import { kubernetesVersions, schemaLocations } from '../chart/schemas.ts'
import { StartFailure } from '../servers/index.ts'
import type { Step, StepResult } from './step.ts'

/**
 * The chart, for each of its sets of values: linted and rendered by Helm 3 and 4 alike, and every object valid, with no
 * unknown field, for the oldest and the newest Kubernetes.
 */
export const chart: Step = {
  name: 'chart: helm lint and template with Helm 3 and 4, kubeconform',
  async run() {
    const result: StepResult = { passed: 0, failed: 0 }
    const holds = (what: string, problem: string | undefined) => {
      if (problem === undefined) result.passed++
      else result.failed++
      console.log(
        `${problem === undefined ? 'ok    ' : 'FAILED'} ${what}${problem === undefined ? '' : `\n${problem}`}`,
      )
    }
    const work = mkdtempSync(join(tmpdir(), 'palomar-chart-'))
    try {
      for (const major of [3, 4] as const) await withHelm(major, work, holds)
      for (const version of kubernetesVersions) await conform(version, work, holds)
    } catch (error) {
      if (!(error instanceof StartFailure)) throw error
      return { ...result, skipped: error.message }
    } finally {
      rmSync(work, { recursive: true, force: true })
    }
    return result
  },
}

type Holds = (what: string, problem: string | undefined) => void

async function withHelm(major: 3 | 4, work: string, holds: Holds): Promise<void> {
  const helm = await helmProgram(major)
  for (const profile of profiles) {
    const linted = runHelm(helm, ['lint', '--strict', chartFolder, '-f', valuesFile(profile)])
    holds(`helm ${major} lint ${profile}`, linted.ok ? undefined : linted.output + linted.error)
    const rendered = template(helm, profile)
    holds(`helm ${major} template ${profile}`, rendered.ok ? undefined : rendered.error)
    writeFileSync(join(work, `${profile}-${major}.yaml`), rendered.output)
  }
}

async function conform(version: string, work: string, holds: Holds): Promise<void> {
  const locations = await schemaLocations(version)
  const places = locations.flatMap((location) => ['-schema-location', location])
  const args = ['-strict', '-summary', '-kubernetes-version', version, ...places]
  const files = profiles.flatMap((profile) => [3, 4].map((major) => join(work, `${profile}-${major}.yaml`)))
  const done = spawnSync(await kubeconformProgram(), [...args, ...files], { encoding: 'utf8' })
  console.log(done.stdout.trimEnd())
  holds(`kubeconform ${version}`, done.status === 0 ? undefined : done.stderr || 'see above')
}
