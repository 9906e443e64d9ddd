import { graphError, graphJson, unknownObject } from '../graph/answer.ts'
import type { Call } from '../graph/call.ts'
import { paramsOf, textOf } from '../graph/params.ts'
import type { Simulation } from '../simulation.ts'
import type { PhoneNumber } from '../world/types.ts'
import { changeGroup } from './change-edge.ts'
import { type Group, type JoinApprovalMode, problemWithTexts } from './group.ts'
import { joinRequestEdges } from './join-edges.ts'
import { pageOf } from './page.ts'
import { memberOf } from './values.ts'

const modes: readonly unknown[] = ['auto_approve', 'approval_required', undefined]
const minuteMs = 60_000
const listMax = 1_024

/** POST /{phone-number-id}/groups. Source: Meta, "Group management". */
async function createGroup(call: Call): Promise<Response> {
  const { simulation, id } = call
  const number = simulation.world.numbers.get(id)
  if (!number) return unknownObject(id)
  const given = await paramsOf(call)
  const refusal = refuseNumber(simulation, number) ?? refuseProduct(given)
  if (refusal) return refusal
  const subject = textOf(given.subject).trim()
  const description = textOf(given.description)
  const { join_approval_mode: mode } = given
  if (subject === '') return graphError({ code: 131008, details: 'subject is required.' })
  const tooLong = problemWithTexts(subject, description)
  if (tooLong) return graphError({ code: 100, details: tooLong })
  if (!modes.includes(mode))
    return graphError({ code: 100, details: 'join_approval_mode is auto_approve or approval_required.' })
  const { settings, groups } = simulation
  if (settings.groupCreationDisabled)
    return graphError({ code: 131214, details: 'Group creation is disabled for this account for a while.' })
  const failure = groups.shelf.of(id).length >= settings.groupsMax ? 131211 : undefined
  if (failure !== undefined && settings.groupFailures === 'answer')
    return graphError({ code: failure, details: `This number has ${settings.groupsMax} groups.` })
  const joinApprovalMode = (mode as JoinApprovalMode | undefined) ?? 'auto_approve'
  const request_id = groups.create(number, { subject, description, joinApprovalMode }, failure)
  return graphJson({ messaging_product: 'whatsapp', request_id })
}

/** GET /{phone-number-id}/groups, paged. */
function listGroups({ simulation, id, url }: Call): Response {
  const number = simulation.world.numbers.get(id)
  if (!number) return unknownObject(id)
  const page = pageOf(simulation.groups.shelf.of(id), url, listMax)
  if (!page) return graphError({ code: 131059, details: 'The cursor is not valid: begin again.' })
  const rows = page.items.map((group) =>
    simulation.settings.groupList === 'plain' || url.searchParams.has('fields')
      ? only(nodeOf(simulation, number, group), url)
      : { id: group.id, subject: group.subject, created_at: String(Math.floor(group.createdAt / 1000)) },
  )
  const data = simulation.settings.groupList === 'plain' ? rows : { groups: rows }
  return graphJson({ data, paging: page.paging })
}

/** GET /{group-id}?fields= */
const groupNode = withGroup(({ simulation, url }, number, group) =>
  graphJson({ messaging_product: 'whatsapp', ...only(nodeOf(simulation, number, group), url) }),
)

const deleteGroup = withGroup(({ simulation }, number, group) =>
  graphJson({
    messaging_product: 'whatsapp',
    request_id: simulation.groups.delete(number, group),
  }),
)

const getLink = withGroup((_, __, { inviteLink }) =>
  graphJson({ messaging_product: 'whatsapp', invite_link: inviteLink }),
)

const resetLink = withGroup(({ simulation }, _, group) => {
  if (group.isSuspended) return suspended()
  const invite_link = simulation.groups.shelf.newLink(group)
  return graphJson({ messaging_product: 'whatsapp', invite_link })
})

export const numberGroupEdges = { 'POST groups': createGroup, 'GET groups': listGroups }
export const groupEdges: Readonly<Record<string, (call: Call) => Response | Promise<Response>>> = {
  'GET ': groupNode,
  'POST ': withGroup(changeGroup),
  'DELETE ': deleteGroup,
  'GET invite_link': getLink,
  'POST invite_link': resetLink,
  ...Object.fromEntries(Object.entries(joinRequestEdges).map(([name, edge]) => [name, withGroup(edge)])),
}

/** A handler that is given the group and its number; 131041 when the group is gone. */
function withGroup(
  handle: (call: Call, number: PhoneNumber, group: Group) => Response | Promise<Response>,
): (call: Call) => Response | Promise<Response> {
  return (call) => {
    const { simulation, id, request } = call
    const group = simulation.groups.find(id)
    const number = group && simulation.world.numbers.get(group.phoneNumberId)
    if (!group || !number) return unknownObject(id)
    if (group.isDeleted) return graphError({ code: 131041, details: 'The group does not exist any more.' })
    const refusal = request.method === 'GET' ? undefined : refuseNumber(simulation, number)
    return refusal ?? handle(call, number, group)
  }
}

const suspended = (): Response =>
  graphError({ code: 131207, details: 'The group is suspended: it violates policies.' })

/** Groups are for official business accounts, and not for numbers that are in the app too. */
function refuseNumber(simulation: Simulation, number: PhoneNumber): Response | undefined {
  const { settings, groups } = simulation
  if (number.standing === 'unregistered')
    return graphError({ code: 133010, details: 'The phone number is not registered on the Cloud API.' })
  if (number.standing === 'locked')
    return graphError({
      code: 131031,
      details: 'Business account has been locked for a violation of policy.',
    })
  if (!number.isOfficial || simulation.coexistence.isOnApp(number.id))
    return graphError({ code: 131215, details: 'Groups APIs are only available for eligible phone numbers.' })
  const requests = groups.requests.within(number.id, minuteMs, simulation.now()).length
  if (settings.groupRequestsPerMinuteMax > 0 && requests >= settings.groupRequestsPerMinuteMax)
    return graphError({ code: 131208, details: 'Too many group operations from this phone number.' })
  return undefined
}

function refuseProduct({ messaging_product }: Record<string, unknown>): Response | undefined {
  if (messaging_product === 'whatsapp') return undefined
  return graphError({ code: 100, details: 'messaging_product must be whatsapp.' })
}

/** Source: Meta, "Group management", get group info; members as in "Business-scoped user ids". */
const nodeOf = (simulation: Simulation, number: PhoneNumber, group: Group): Record<string, unknown> => ({
  id: group.id,
  subject: group.subject,
  creation_timestamp: String(Math.floor(group.createdAt / 1000)),
  suspended: group.isSuspended,
  ...(group.description ? { description: group.description } : {}),
  total_participant_count: group.participants.size,
  participants: [...group.participants].map((waId) =>
    memberOf(simulation.seen(number, simulation.world.customer(waId))),
  ),
  join_approval_mode: group.joinApprovalMode,
})

/** `?fields=a,b` picks; the id always comes. */
function only(node: Record<string, unknown>, url: URL): Record<string, unknown> {
  const fields = url.searchParams.get('fields')
  if (!fields) return node
  const wanted = new Set(['id', ...fields.split(',').map((field) => field.trim())])
  return Object.fromEntries(Object.entries(node).filter(([name]) => wanted.has(name)))
}
