import { needsWindow, type SendMessage } from '@palomar/cloud-api'
import { failureOf } from '../delivery/failures.ts'
import { graphError, graphJson, tooManyMessages } from '../graph/answer.ts'
import { findTemplate, shownOf } from '../graph/send.ts'
import { filesOf } from '../media/named-files.ts'
import type { Simulation } from '../simulation.ts'
import type { PhoneNumber, Template } from '../world/types.ts'
import type { GroupOutbound } from './outbox.ts'

/** Commerce, forms, codes and cards are for single people. Source: Meta, "Groups API", supported message types. */
const refusedParts =
  /"(?:OTP|CATALOG|MPM|SPM|FLOW|CAROUSEL|ORDER_DETAILS|CALL_PERMISSION_REQUEST|VOICE_CALL)"/

/**
 * A message to a group, whose shape is right: text, media, or a template of these. Refused in this order: no such group
 * (131041), suspended (131207), nobody else in it (131020), its template, the number's rate.
 */
export function sendToGroup(simulation: Simulation, number: PhoneNumber, message: SendMessage): Response {
  const { world, settings, groups } = simulation
  const group = groups.find(message.to ?? '')
  if (!group || group.isDeleted || group.phoneNumberId !== number.id)
    return graphError({ code: 131041, details: 'The group does not exist, or you are not a member of it.' })
  if (group.isSuspended)
    return graphError({ code: 131207, details: 'The group is suspended: it violates policies.' })
  if (group.participants.size === 0)
    return graphError({ code: 131020, details: 'Messages cannot be sent to a group with one member.' })
  const template = message.type === 'template' ? findTemplate(simulation, number, message) : undefined
  if (template instanceof Response) return template
  if (template && !mayGoToGroup(template))
    return graphError({ code: 131051, details: 'This kind of template cannot be sent to a group.' })
  const files = filesOf(message)
  const fileRefusal = simulation.files.refusalOf(number, files)
  if (fileRefusal) return fileRefusal
  const at = simulation.now()
  if (settings.rates && !world.meter.allowsNumber(number.id, number.throughput, at)) {
    world.counters.overThroughput++
    return tooManyMessages()
  }
  const send: GroupOutbound = {
    number,
    group,
    wamid: world.newWamid(),
    echo: message.biz_opaque_callback_data ?? '',
    at,
    category: (template?.category ?? 'service').toLowerCase(),
    needsWindow: needsWindow(message),
    shown: shownOf(message, template),
  }
  const isClosed = send.needsWindow && !world.chats.isWindowOpen(number.id, group.id, at)
  if (settings.closedWindow === 'answer' && isClosed)
    return graphError({ code: 131047, details: failureOf(131047).details })
  const { wamid, echo } = send
  world.ledger.add({ wamid, phoneNumberId: number.id, to: group.id, type: message.type, echo, at })
  world.counters.accepted++
  simulation.files.prepare(send, files, () => groups.outbox.accept(send))
  return graphJson({
    messaging_product: 'whatsapp',
    contacts: [{ input: group.id, ...(settings.groupSendWaId ? { wa_id: group.id } : {}) }],
    messages: [{ id: wamid, ...(template ? { message_status: 'accepted' } : {}) }],
  })
}

const mayGoToGroup = ({ category, components }: Template): boolean =>
  category.toUpperCase() !== 'AUTHENTICATION' && !refusedParts.test(JSON.stringify(components).toUpperCase())
