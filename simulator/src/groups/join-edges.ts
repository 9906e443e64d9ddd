import { isBsuid } from '@palomar/cloud-api'
import { failureOf } from '../delivery/failures.ts'
import { errorItem } from '../delivery/values.ts'
import { graphError, graphJson } from '../graph/answer.ts'
import type { Call } from '../graph/call.ts'
import { paramsOf, textOf } from '../graph/params.ts'
import { dialled } from '../people/dial.ts'
import type { PhoneNumber } from '../world/types.ts'
import type { Group } from './group.ts'
import { decide, remove } from './membership.ts'
import { pageOf } from './page.ts'
import { memberOf } from './values.ts'

const removedMax = 8
const listMax = 1_024

/** GET /{group-id}/join_requests, paged. */
function listRequests({ simulation, url }: Call, number: PhoneNumber, group: Group): Response {
  const page = pageOf([...group.joinRequests.values()], url, listMax)
  if (!page) return graphError({ code: 131059, details: 'The cursor is not valid: begin again.' })
  return graphJson({
    data: page.items.map(({ id, waId, at }) => ({
      join_request_id: id,
      ...memberOf(simulation.seen(number, simulation.world.customer(waId))),
      creation_timestamp: String(Math.floor(at / 1000)),
    })),
    paging: page.paging,
  })
}

/** POST lets in, DELETE sends away. 206 when some failed; the first of their errors when all did. */
const decideRequests =
  (isApproved: boolean) =>
  async (call: Call, number: PhoneNumber, group: Group): Promise<Response> => {
    if (group.isSuspended) return graphError({ code: 131207, details: 'The group is suspended.' })
    const { join_requests: ids } = await paramsOf(call)
    if (!Array.isArray(ids) || ids.length === 0)
      return graphError({ code: 131008, details: 'join_requests is required.' })
    const { done, failed } = decide(call.simulation, number, group, ids.map(String), isApproved)
    const isPartial = failed.length > 0 && done.length > 0
    return graphJson(
      {
        messaging_product: 'whatsapp',
        ...(done.length > 0
          ? { [isApproved ? 'approved_join_requests' : 'rejected_join_requests']: done }
          : {}),
        ...(failed.length > 0 ? { failed_join_requests: failed } : {}),
        ...(failed.length > 0
          ? { errors: isPartial ? [errorItem(failureOf(131201))] : failed[0]?.errors }
          : {}),
      },
      isPartial ? 206 : failed.length > 0 ? 400 : 200,
    )
  }

/** DELETE /{group-id}/participants: up to eight, by phone or business-scoped id. */
async function removeParticipants(call: Call, number: PhoneNumber, group: Group): Promise<Response> {
  if (group.isSuspended) return graphError({ code: 131207, details: 'The group is suspended.' })
  const { participants } = await paramsOf(call)
  if (!Array.isArray(participants) || participants.length === 0)
    return graphError({ code: 131008, details: 'participants is required.' })
  if (participants.length > removedMax)
    return graphError({ code: 131204, details: `Up to ${removedMax} participants at a time.` })
  const named = participants.map((one: { user?: unknown; user_id?: unknown }) => nameOf(call, number, one))
  if (named.some(({ input }) => input === ''))
    return graphError({ code: 100, details: 'Each participant has a user or a user_id.' })
  if (new Set(named.map(({ waId, input }) => waId ?? input)).size < named.length)
    return graphError({ code: 131202, details: 'A participant is named twice.' })
  const request_id = remove(call.simulation, number, group, named)
  return graphJson({ messaging_product: 'whatsapp', request_id })
}

function nameOf(
  { simulation }: Call,
  number: PhoneNumber,
  { user, user_id }: { user?: unknown; user_id?: unknown },
) {
  const phone = textOf(user)
  if (phone !== '') return { input: phone, waId: dialled(simulation.world, number, phone).waId }
  const id = textOf(user_id)
  const person = isBsuid(id) ? simulation.world.customerByUserId(id, number.businessId) : undefined
  return { input: id, waId: person?.waId }
}

export const joinRequestEdges = {
  'GET join_requests': listRequests,
  'POST join_requests': decideRequests(true),
  'DELETE join_requests': decideRequests(false),
  'DELETE participants': removeParticipants,
}
