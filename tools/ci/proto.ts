import { command, tool } from './command.ts'
import type { Step } from './step.ts'

/** What another version of a service may be talking to: the commit before, or the one PALOMAR_CI_BASE names. */
const base = process.env.PALOMAR_CI_BASE ?? 'HEAD^'

/** Every change of proto/ can be rolled out one service at a time. */
export const protoCompatibility: Step = {
  name: 'proto: no breaking change against main as it was',
  async run() {
    const { code, output } = await command(['git', 'rev-parse', '--verify', '--quiet', `${base}^{commit}`])
    if (code !== 0) {
      // A first commit, or a clone that has no history: there is no earlier version to break.
      return { passed: 0, failed: 0, skipped: `there is no ${base} to compare with`, mayBeSkipped: true }
    }
    const against = `../.git#ref=${output.trim()},subdir=proto`
    const ran = await tool('buf', ['breaking', '--against', against], 'proto')
    return ran.code === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 }
  },
}
