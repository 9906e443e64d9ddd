import { promtoolProgram } from '../servers/promtool-program.ts'
import { command } from './command.ts'
import type { Step } from './step.ts'

const rules = 'helm/palomar/files/alerts.yaml'
const scenarios = 'observability/alerts.test.yaml'

/** O5: the rules are rules, and each fires when it should and is silent when it should be. */
export const alertRules: Step = {
  name: 'alerts: rules and scenarios, by promtool',
  async run() {
    let promtool: string
    try {
      promtool = await promtoolProgram()
    } catch (error) {
      return { passed: 0, failed: 0, skipped: (error as Error).message }
    }
    for (const args of [
      ['check', 'rules', rules],
      ['test', 'rules', scenarios],
    ]) {
      if ((await command([promtool, ...args])).code !== 0) return { passed: 0, failed: 1 }
    }
    return { passed: 1, failed: 0 }
  },
}
