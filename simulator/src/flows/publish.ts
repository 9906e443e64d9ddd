import { graphError, graphJson, unknownObject } from '../graph/answer.ts'
import type { Call } from '../graph/call.ts'
import type { Simulation } from '../simulation.ts'
import type { Flow } from './flow.ts'
import { rootWord } from './flow-json.ts'

/** Why a Flow cannot be published now. Source: Meta, "Flows error codes", 139002; pywa 4.5 errors.py. */
export function publishProblem({ world }: Simulation, flow: Flow): string | undefined {
  if (flow.status !== 'DRAFT') return 'Publishing Flow in invalid state.'
  if (flow.json === '' || flow.problems.length > 0) return 'Publishing Flow with validation errors.'
  const numbers = [...world.numbers.values()].filter(({ wabaId }) => wabaId === flow.wabaId)
  if (numbers.length === 0) return 'No Phone Number connected to WhatsApp Business Account.'
  if (rootWord(flow.json, 'data_api_version') === undefined) return undefined
  // What exchanges data needs somewhere to, and a key to do it under.
  if (flow.endpointUri === '') return 'Publishing without specifying endpoint_uri is forbidden.'
  if (!numbers.some(({ id }) => world.stateOf(id).publicKey !== undefined))
    return 'Missing Flows Signed Public Key.'
  return undefined
}

/** POST /{flow}/publish */
export function publishFlow({ simulation, id }: Call): Response {
  const flow = simulation.flows.find(id)
  if (!flow) return unknownObject(id)
  const { numbers } = simulation.world
  if (numbers.values().some(({ wabaId, standing }) => wabaId === flow.wabaId && standing === 'locked'))
    return graphError({ code: 139000, details: 'Blocked by Integrity.' })
  const problem = publishProblem(simulation, flow)
  if (problem) return graphError({ code: 139002, details: problem })
  simulation.flows.setStatus(flow, 'PUBLISHED')
  return graphJson({ success: true })
}

/** POST /{flow}/deprecate: whatever has been published, also when monitoring holds it back. */
export function deprecateFlow({ simulation, id }: Call): Response {
  const flow = simulation.flows.find(id)
  if (!flow) return unknownObject(id)
  if (flow.status === 'DEPRECATED')
    return graphError({ code: 139003, details: 'Flow is already deprecated.' })
  if (flow.status === 'DRAFT')
    return graphError({ code: 139003, details: "Can't deprecate unpublished flow." })
  simulation.flows.setStatus(flow, 'DEPRECATED')
  return graphJson({ success: true })
}
