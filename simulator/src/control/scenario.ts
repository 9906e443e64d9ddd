import { z } from 'zod'
import type { Simulation } from '../simulation.ts'
import { actions, perform } from './actions.ts'
import { type Control, ControlError } from './control.ts'

const step = z.object({
  /** From the beginning of the scenario. */
  at_ms: z.number().min(0),
  /** An action, as under /control: faults, settings, write, crowds, … */
  do: z.enum(Object.keys(actions).filter((name) => name !== 'clock') as [string, ...string[]]),
  with: z.unknown(),
})

/** What happens when, one thing after the other: a file, or the body of POST /control/scenario. */
export const scenarioSchema = z.object({ steps: z.array(step).min(1).max(10_000) })
export type Scenario = z.output<typeof scenarioSchema>

/**
 * Checks every step, then plays them in the simulated world's time. One that the world refuses when its time comes (a
 * number that is not there) is kept among the simulation's problems, and the others go on.
 */
export function playScenario(
  { simulation, control, origin }: { simulation: Simulation; control: Control; origin: string },
  scenario: Scenario,
): void {
  for (const [index, { do: name, with: body }] of scenario.steps.entries()) {
    const checked = actions[name]?.body.safeParse(body)
    if (!checked?.success)
      throw new ControlError(
        `step ${index} (${name}): ${checked ? z.prettifyError(checked.error) : 'unknown'}`,
      )
  }
  for (const [index, { at_ms, do: name, with: body }] of scenario.steps.entries()) {
    simulation.timers.after(at_ms, () => {
      perform(control, name, body, origin).catch((error: unknown) =>
        simulation.problem(
          `step ${index} (${name}): ${error instanceof Error ? error.message : String(error)}`,
        ),
      )
    })
  }
}
