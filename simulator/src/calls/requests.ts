import type { RenderedTemplate, SendMessage } from '@palomar/cloud-api'
import { graphError } from '../graph/answer.ts'
import type { Simulation } from '../simulation.ts'
import type { Customer, PhoneNumber, Template } from '../world/types.ts'
import { takesCalls } from './calling.ts'

/**
 * Messages about calls: a button to call by, and a request to be allowed to call, which may be sent only so often to one
 * user (138009). Undefined: nothing is in the way.
 */
export function refuseCallMessage(
  simulation: Simulation,
  number: PhoneNumber,
  person: Customer,
  message: SendMessage,
  template: Template | undefined,
): Response | undefined {
  const kind = callKindOf(message, template)
  if (kind === undefined) return undefined
  if (!takesCalls(simulation, number))
    return graphError({ code: 138000, details: 'Calling API is not enabled for this phone number.' })
  if (kind === 'button') return undefined
  const { permissions } = simulation.calls
  const now = simulation.now()
  // `rates: false` is for tests that send much to one person.
  if (simulation.settings.rates && !permissions.mayRequest(number.id, person.waId, now))
    return graphError({
      code: 138009,
      details: 'The limit of call permission requests to this user is reached. A connected call resets it.',
    })
  return undefined
}

/** Accepted: a request for permission counts. */
export function countCallMessage(
  simulation: Simulation,
  number: PhoneNumber,
  person: Customer,
  message: SendMessage,
  template: Template | undefined,
): void {
  if (callKindOf(message, template) === 'request')
    simulation.calls.permissions.requested(number.id, person.waId, simulation.now())
}

/** A template that asks to call has its answers below it, also where it asks in a component of its own. */
export function withPermissionButtons(
  rendered: RenderedTemplate,
  template: Template | undefined,
): RenderedTemplate {
  const type = 'CALL_PERMISSION_REQUEST'
  if (kindOfTemplate(template) !== 'request' || rendered.buttons.some((button) => button.type === type))
    return rendered
  return { ...rendered, buttons: [...rendered.buttons, { type, text: type }] }
}

type CallKind = 'button' | 'request' | undefined

/** Of the templates' components: a load test sends one template a thousand times a second. */
const kinds = new WeakMap<Template['components'], { kind: CallKind }>()

function callKindOf(message: SendMessage, template: Template | undefined): CallKind {
  if (message.type === 'interactive') {
    const { type } = message.interactive
    return type === 'voice_call' ? 'button' : type === 'call_permission_request' ? 'request' : undefined
  }
  return kindOfTemplate(template)
}

function kindOfTemplate(template: Template | undefined): CallKind {
  if (!template) return undefined
  const known = kinds.get(template.components)
  if (known) return known.kind
  const words = JSON.stringify(template.components).toUpperCase()
  const isRequest = words.includes('"CALL_PERMISSION_REQUEST"')
  const kind = isRequest ? 'request' : words.includes('"VOICE_CALL"') ? 'button' : undefined
  kinds.set(template.components, { kind })
  return kind
}
