import { buildDashboard } from '../start/dashboard-build.ts'
import { alertRules } from './alerts.ts'
import { browserTests } from './browser.ts'
import { chart } from './chart.ts'
import { command, running, script, tool } from './command.ts'
import { image } from './image.ts'
import { newcomer } from './newcomer.ts'
import { protoCompatibility } from './proto.ts'
import { check, counted, type Step } from './step.ts'

/** Cheap ones first: who made a slip hears of it in seconds. */
const steps: Step[] = [
  check('lint and boundaries', () => script('lint')),
  check('types', () => script('types')),
  check('generated code is current', () => script('drift')),
  check('proto: style', () => tool('buf', ['lint'], 'proto')),
  protoCompatibility,
  check('dashboard: types and markup', () => script('check', 'dashboard')),
  check('dashboard: build', () => running(buildDashboard)),
  image,
  chart,
  alertRules,
  check('requirements have their tests', () => script('requirements')),
  counted('unit and integration tests', () => command(['/bin/sh', 'bin/test', '--no-browser'])),
  browserTests,
  newcomer,
]

const isCI = process.env.CI === 'true'

/** Runs every step, whatever became of those before; the exit status. */
export async function main(): Promise<number> {
  const total = { passed: 0, failed: 0 }
  const lines: string[] = []
  const whatFailed: string[] = []
  for (const step of steps) {
    console.log(`\n== ${step.name}`)
    const beginning = performance.now()
    const { passed, failed, skipped, mayBeSkipped, failures = [] } = await step.run()
    const isSkipAFailure = skipped !== undefined && isCI && !mayBeSkipped
    whatFailed.push(...failures)
    total.passed += passed
    total.failed += failed + (isSkipAFailure ? 1 : 0)
    const mark = failed > 0 || isSkipAFailure ? 'FAILED ' : skipped ? 'skipped' : 'ok     '
    const seconds = ((performance.now() - beginning) / 1000).toFixed(1)
    lines.push(`${mark} ${seconds.padStart(6)} s  ${step.name}${skipped ? `: ${skipped}` : ''}`)
  }
  console.log(`\n${lines.join('\n')}\n`)
  // Last, where whoever sees only the end of a long log finds them.
  for (const failure of whatFailed) console.log(failure)
  console.log(`${total.passed} passed, ${total.failed} failed`)
  return total.failed > 0 ? 1 : 0
}
