import {
  canonicalPhone,
  fitTemplate,
  isBsuid,
  needsWindow,
  renderTemplate,
  type SendMessage,
} from '@palomar/cloud-api'
import { countCallMessage, refuseCallMessage, withPermissionButtons } from '../calls/requests.ts'
import { failureOf } from '../delivery/failures.ts'
import type { Outbound } from '../delivery/outbox.ts'
import { flowRefusalOf } from '../flows/sending.ts'
import { sendToGroup } from '../groups/send.ts'
import { filesOf } from '../media/named-files.ts'
import { dialled } from '../people/dial.ts'
import { identityProblem } from '../people/identity.ts'
import { testModeProblem } from '../people/test-mode.ts'
import type { Responder } from '../routing/responder.ts'
import { routeSend } from '../routing/sending.ts'
import type { Simulation } from '../simulation.ts'
import { customer } from '../world/seed.ts'
import { summaryOf } from '../world/summary.ts'
import type { Customer, PhoneNumber, Template } from '../world/types.ts'
import { graphError, graphJson, tooManyMessages } from './answer.ts'

/** How a send came in, and how long its answer takes. */
export interface Road {
  answerMs: number
  endpoint: 'messages' | 'marketing_messages'
  /** Who sends it, of those who may answer on the number. */
  by: Responder
}

/** A message whose shape is right. Checked on in Meta's order: recipient, template, rates; then it is accepted. */
export function send(
  simulation: Simulation,
  number: PhoneNumber,
  message: SendMessage,
  { answerMs, endpoint, by }: Road,
): Response {
  const { world, settings } = simulation
  if (message.recipient_type === 'group') return sendToGroup(simulation, number, message)
  const person = recipientOf(simulation, number, message)
  if (world.stateOf(number.id).blocked.has(person.waId)) {
    return graphError({ code: 130403, details: 'You have blocked this user.' })
  }
  if (canonicalPhone(person.waId) === canonicalPhone(number.displayPhoneNumber)) {
    return graphError({ code: 131021, details: 'Sender and recipient phone number is the same.' })
  }
  const notListed = testModeProblem(simulation, number, message.to, person)
  if (notListed) return notListed
  const identity = identityProblem(simulation, number, person, message.recipient_identity_key_hash)
  if (identity) return identity
  if (message.to === undefined && isCode(simulation, number, message))
    return graphError({ code: 131062, details: 'Authentication templates cannot be sent to a user id.' })
  const template = message.type === 'template' ? findTemplate(simulation, number, message) : undefined
  if (template instanceof Response) return template
  const isLite = endpoint === 'marketing_messages'
  if (isLite && template?.category !== 'MARKETING')
    return graphError({ code: 134100, details: 'Only marketing templates can be sent here.' })
  if (!isLite && template?.category === 'MARKETING' && world.accounts.find(number.wabaId)?.disablesMarketing)
    return graphError({
      code: 131063,
      details: 'Marketing templates of this account go by marketing_messages.',
    })
  const refusal = refuseCallMessage(simulation, number, person, message, template)
  if (refusal) return refusal
  const files = filesOf(message)
  const fileRefusal = simulation.files.refusalOf(number, files)
  if (fileRefusal) return fileRefusal
  const flowRefusal = flowRefusalOf(simulation, number, message, template)
  if (flowRefusal) return flowRefusal
  const routed = routeSend(simulation, number, person, message, by)
  if (routed) return routed
  const at = simulation.now()
  if (settings.rates) {
    if (!world.meter.allowsNumber(number.id, number.throughput, at)) {
      world.counters.overThroughput++
      return tooManyMessages()
    }
    if (!world.meter.allowsPair(number.id, person.waId, at)) {
      world.counters.overPairRate++
      return graphError({
        code: 131056,
        details:
          'Message failed to send because there were too many messages sent from this phone number to the same phone number in a short period of time.',
      })
    }
  }
  const send = outboundOf(simulation, number, person, message, template, at, answerMs)
  send.sentBy = by
  if (isLite) send.category = 'marketing_lite'
  if (
    settings.closedWindow === 'answer' &&
    send.needsWindow &&
    !world.chats.isWindowOpen(number.id, person.waId, at)
  ) {
    return graphError({ code: 131047, details: failureOf(131047).details })
  }
  world.ledger.add({
    wamid: send.wamid,
    phoneNumberId: number.id,
    to: person.waId,
    type: message.type,
    echo: send.echo,
    at,
  })
  world.counters.accepted++
  countCallMessage(simulation, number, person, message, template)
  if (template) pace(simulation, send, template)
  if (send.addressedBy === 'phone') simulation.met(number, person)
  simulation.accept(send, files)
  simulation.routing.sent(number, person, by, { wamid: send.wamid, at, message })
  return graphJson({
    messaging_product: 'whatsapp',
    contacts: [
      message.to === undefined
        ? { input: message.recipient, user_id: world.people.userIdOf(person, number.businessId) }
        : { input: message.to, wa_id: person.waId },
    ],
    messages: [
      {
        id: send.wamid,
        ...(template ? { message_status: send.pacing ? 'held_for_quality_assessment' : 'accepted' } : {}),
      },
    ],
  })
}

/** New or doubtful templates go to a few first; the rest waits for what those say. Source: Meta, "Template pacing". */
function pace(simulation: Simulation, send: Outbound, template: Template): void {
  const { faults, settings, timers } = simulation
  if (faults.happens('pacingDropped')) {
    send.pacing = 'dropped'
    timers.after(settings.heldMs, () =>
      simulation.templates.life.setStatus(template, 'PAUSED', { title: 'RATE_LIMITING_PAUSE' }),
    )
  } else if (faults.happens('heldForQuality')) send.pacing = 'held'
}

/** With both, Meta takes `to`. A user id that nobody has is someone who is not on WhatsApp. */
function recipientOf(
  { world }: Simulation,
  number: PhoneNumber,
  { to, recipient = '' }: SendMessage,
): Customer {
  if (to !== undefined) return dialled(world, number, to)
  const known = isBsuid(recipient) ? world.customerByUserId(recipient, number.businessId) : undefined
  return known ?? { ...customer('', recipient, ''), isOnWhatsApp: false }
}

function isCode({ world }: Simulation, number: PhoneNumber, message: SendMessage): boolean {
  if (message.type !== 'template') return false
  const { name, language } = message.template
  return world.template(number.wabaId, name, language.code.replace('-', '_'))?.category === 'AUTHENTICATION'
}

export function findTemplate(
  { world }: Simulation,
  number: PhoneNumber,
  message: Extract<SendMessage, { type: 'template' }>,
): Template | Response {
  const { name, language } = message.template
  const template = world.template(number.wabaId, name, language.code.replace('-', '_'))
  if (!template || !['APPROVED', 'PAUSED', 'DISABLED'].includes(template.status)) {
    return graphError({ code: 132001, details: `template name (${name}) does not exist in ${language.code}` })
  }
  if (template.status === 'PAUSED') {
    return graphError({
      code: 132015,
      details: 'Template is paused due to low quality so it cannot be sent.',
    })
  }
  if (template.status === 'DISABLED') {
    return graphError({ code: 132016, details: 'Template has been permanently disabled.' })
  }
  const fit = fitTemplate(message.template, template.components)
  return fit.ok ? template : graphError({ code: fit.code, details: fit.detail })
}

function outboundOf(
  { world }: Simulation,
  number: PhoneNumber,
  person: Customer,
  message: SendMessage,
  template: Template | undefined,
  at: number,
  answerMs: number,
): Outbound {
  const category = (template?.category ?? message.category ?? 'service').toLowerCase()
  return {
    number,
    person,
    wamid: world.newWamid(),
    echo: message.biz_opaque_callback_data ?? '',
    at,
    category,
    needsWindow: needsWindow(message),
    addressedBy: message.to === undefined ? 'user_id' : 'phone',
    answerMs,
    ttlMs: ttlMsOf(template, message, category),
    shown: shownOf(message, template),
  }
}

/** What a phone shows of a message. */
export function shownOf(message: SendMessage, template: Template | undefined): Outbound['shown'] {
  const own: unknown = message[message.type as keyof SendMessage]
  const rendered =
    template && message.type === 'template'
      ? renderTemplate(template.components, message.template)
      : undefined
  return {
    type: message.type,
    text: rendered ? rendered.body : summaryOf(message.type, own),
    content: own,
    ...(rendered ? { template: withPermissionButtons(rendered, template) } : {}),
    ...(message.context ? { quoted: message.context.message_id } : {}),
  }
}

const daysMs = 86_400_000

/** How long Meta tries: the message's own time, its template's, ten minutes for codes, else 30 days. */
function ttlMsOf(template: Template | undefined, message: SendMessage, category: string): number {
  const seconds = message.ttl_seconds ?? template?.ttlSeconds ?? -1
  if (seconds > 0) return seconds * 1_000
  return category === 'authentication' && template?.ttlSeconds !== -1 ? 600_000 : 30 * daysMs
}
