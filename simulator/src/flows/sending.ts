import type { SendMessage } from '@palomar/cloud-api'
import { graphError } from '../graph/answer.ts'
import type { Simulation } from '../simulation.ts'
import type { PhoneNumber, Template } from '../world/types.ts'
import type { Flow } from './flow.ts'

const hourMs = 3_600_000
/** Source: Meta, "Error codes", 132069. */
const throttledPerHour = 10

/**
 * Whether the Flow of a message, or of a template's button, may go: a known one by its state, an unknown one by
 * `flowsMustExist` (no page of Meta's that was read says what a made-up id is answered with; 131009 is what integrators met).
 */
export function flowRefusalOf(
  simulation: Simulation,
  { wabaId }: PhoneNumber,
  message: SendMessage,
  template: Template | undefined,
): Response | undefined {
  const asked = askedFlow(message, template)
  if (!asked) return undefined
  const { flows, settings } = simulation
  const now = simulation.now()
  const flow = asked.id === undefined ? flows.named(wabaId, asked.name ?? '') : flows.find(asked.id)
  if (!flow || flow.wabaId !== wabaId)
    return settings.flowsMustExist ? wrong('The Flow does not exist in this account.') : undefined
  const refusal = refusalBy(flow, asked.isDraft, now)
  if (!refusal) flow.sentAt = [...flow.sentAt.filter((at) => now - at < hourMs), now]
  return refusal
}

function refusalBy(flow: Flow, isDraft: boolean, now: number): Response | undefined {
  switch (flow.status) {
    case 'BLOCKED':
      return graphError({ code: 132068, details: 'Flow is in blocked state.' })
    case 'THROTTLED': {
      const isUsedUp = flow.sentAt.filter((at) => now - at < hourMs).length >= throttledPerHour
      const details =
        'Flow is in throttled state and 10 messages using this flow were already sent in the last hour.'
      return isUsedUp ? graphError({ code: 132069, details }) : undefined
    }
    case 'DEPRECATED':
      return wrong('The Flow is deprecated.')
    case 'DRAFT':
      return isDraft ? undefined : wrong('The Flow is not published; send it with mode draft.')
    case 'PUBLISHED':
      return undefined
  }
}

const wrong = (details: string): Response => graphError({ code: 131009, details })

interface AskedFlow {
  id?: string
  name?: string
  isDraft: boolean
}

function askedFlow(message: SendMessage, template: Template | undefined): AskedFlow | undefined {
  const buttons = template?.components.flatMap((component) => component.buttons ?? []) ?? []
  const button = buttons.find(({ type }) => type.toUpperCase() === 'FLOW') as
    | { flow_id?: unknown }
    | undefined
  if (button?.flow_id !== undefined) return { id: String(button.flow_id), isDraft: false }
  if (message.type !== 'interactive' || message.interactive.type !== 'flow') return undefined
  const { flow_id, flow_name, mode } = message.interactive.action.parameters
  return {
    ...(flow_id === undefined ? {} : { id: String(flow_id) }),
    ...(flow_name === undefined ? {} : { name: String(flow_name) }),
    isDraft: mode === 'draft',
  }
}
