import { graphError } from '../graph/answer.ts'
import type { Simulation } from '../simulation.ts'
import { type Flow, flowCategories } from './flow.ts'
import type { Flows } from './flows.ts'

const nameMax = 200

/** Undefined when the name may be had. Source: Meta, "Flows error codes", 100: Flow name is not unique. */
export function nameProblem(flows: Flows, wabaId: string, name: string, own?: Flow): string | undefined {
  if (name === '' || name.length > nameMax) return `name must have 1 to ${nameMax} characters.`
  const other = flows.named(wabaId, name)
  return other && other !== own ? 'Flow name is not unique: the account has a Flow of this name.' : undefined
}

/** A list, or the text of one; undefined when one of them is none of Meta's. */
export function categoriesIn(value: unknown): string[] | undefined {
  let list = value
  if (typeof value === 'string') {
    try {
      list = JSON.parse(value)
    } catch {
      list = value.split(',')
    }
  }
  if (!Array.isArray(list) || list.length === 0) return undefined
  return list.every((one) => flowCategories.some((known) => known === one)) ? (list as string[]) : undefined
}

/**
 * A change of a Flow that has been published, by `publishedFlowUpdate`: refused (Meta's own error page, pywa), or it is a
 * draft again (AWS and Infobip on Meta's behaviour of 2026). Deprecated and blocked ones never change.
 */
export function flowRefusal({ settings, flows }: Simulation, flow: Flow, code: number): Response | undefined {
  if (flow.status === 'DRAFT') return undefined
  const mayReturn = settings.publishedFlowUpdate === 'draft' && flow.status !== 'DEPRECATED'
  if (mayReturn && flow.status !== 'BLOCKED') {
    flows.setStatus(flow, 'DRAFT')
    return undefined
  }
  return graphError({ code, details: "You can't update a Flow that has been published." })
}
