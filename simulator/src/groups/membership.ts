import { failureOf } from '../delivery/failures.ts'
import { errorItem, type Value } from '../delivery/values.ts'
import type { Simulation } from '../simulation.ts'
import type { Customer, PhoneNumber } from '../world/types.ts'
import type { Group, JoinRequest } from './group.ts'
import { memberOf } from './values.ts'

const field = 'group_participants_update'

/** A customer follows the link: into the group, or to its door. The id of the request, when it has to be approved. */
export function join(
  simulation: Simulation,
  number: PhoneNumber,
  group: Group,
  person: Customer,
): string | undefined {
  if (group.joinApprovalMode === 'auto_approve') {
    add(simulation, number, group, [person.waId])
    return undefined
  }
  const known = [...group.joinRequests.values()].find(({ waId }) => waId === person.waId)
  if (known) return known.id
  const request = {
    id: simulation.groups.shelf.newRequestId('join'),
    waId: person.waId,
    at: simulation.now(),
  }
  group.joinRequests.set(request.id, request)
  tellRequest(simulation, number, group, request, 'group_join_request_created')
  return request.id
}

/** A customer does not want to come in any more. */
export function cancel(
  simulation: Simulation,
  number: PhoneNumber,
  group: Group,
  request: JoinRequest,
): void {
  group.joinRequests.delete(request.id)
  tellRequest(simulation, number, group, request, 'group_join_request_revoked')
}

/** The business lets in, or sends away; ids it does not know, and those that the group has no room for, fail. */
export function decide(
  simulation: Simulation,
  number: PhoneNumber,
  group: Group,
  ids: readonly string[],
  isApproved: boolean,
): { done: string[]; failed: { join_request_id: string; errors: Value[] }[] } {
  const { groupParticipantsMax, groupMs } = simulation.settings
  const done: JoinRequest[] = []
  const failed: { join_request_id: string; errors: Value[] }[] = []
  for (const id of ids) {
    const request = group.joinRequests.get(id)
    const isFull = isApproved && group.participants.size + done.length >= groupParticipantsMax
    const code = !request ? 131213 : isFull ? 131204 : undefined
    if (!request || code !== undefined)
      failed.push({ join_request_id: id, errors: [errorItem(failureOf(code ?? 131213))] })
    else done.push(request)
  }
  for (const { id } of done) group.joinRequests.delete(id)
  const waIds = done.map(({ waId }) => waId)
  if (isApproved && waIds.length > 0)
    simulation.timers.after(groupMs, () => add(simulation, number, group, waIds, true))
  return { done: done.map(({ id }) => id), failed }
}

/** A participant goes by himself. */
export function leave(simulation: Simulation, number: PhoneNumber, group: Group, person: Customer): void {
  group.participants.delete(person.waId)
  group.openBy.delete(person.waId)
  simulation.groups.tell(number, field, {
    type: 'group_participants_remove',
    group_id: group.id,
    initiated_by: 'participant',
    removed_participants: [memberOf(simulation.seen(number, person))],
  })
}

/** The business puts participants out, each named as `input`; who is not in the group fails. The request's id. */
export function remove(
  simulation: Simulation,
  number: PhoneNumber,
  group: Group,
  named: readonly { input: string; waId: string | undefined }[],
): string {
  return simulation.groups.request(number, (request_id) => {
    const gone = named.filter(({ waId }) => waId !== undefined && group.participants.delete(waId))
    const others = named.filter((one) => !gone.includes(one))
    for (const { waId = '' } of gone) group.openBy.delete(waId)
    const errors = [errorItem(failureOf(131212))]
    simulation.groups.tell(number, field, {
      type: 'group_participants_remove',
      group_id: group.id,
      request_id,
      initiated_by: 'business',
      ...(gone.length > 0 ? { removed_participants: gone.map(({ input }) => ({ input })) } : {}),
      ...(others.length > 0
        ? {
            failed_participants: others.map(({ input }) => ({ input, errors })),
            errors: gone.length > 0 ? [errorItem(failureOf(131201))] : errors,
          }
        : {}),
    })
  })
}

function add(
  simulation: Simulation,
  number: PhoneNumber,
  group: Group,
  waIds: string[],
  isApproved = false,
): void {
  if (group.isDeleted) return
  for (const waId of waIds) group.participants.add(waId)
  const people = waIds.map((waId) => simulation.seen(number, simulation.world.customer(waId)))
  simulation.groups.tell(number, field, {
    type: 'group_participants_add',
    group_id: group.id,
    reason: 'invite_link',
    added_participants: people.map((person) => {
      const member = memberOf(person)
      return isApproved ? { input: member.wa_id ?? member.user_id, ...member } : member
    }),
  })
}

function tellRequest(
  simulation: Simulation,
  number: PhoneNumber,
  group: Group,
  request: JoinRequest,
  type: string,
): void {
  simulation.groups.tell(number, field, {
    type,
    group_id: group.id,
    join_request_id: request.id,
    ...memberOf(simulation.seen(number, simulation.world.customer(request.waId))),
  })
}
