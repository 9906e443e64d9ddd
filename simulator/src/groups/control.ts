import { z } from 'zod'
import type { Named } from '../calls/control.ts'
import { action, given } from '../control/action.ts'
import { ControlError } from '../control/control-error.ts'
import type { Simulation } from '../simulation.ts'
import { summaryOf } from '../world/summary.ts'
import type { PhoneNumber } from '../world/types.ts'
import { lookAtGroup, writeInGroup } from './chat.ts'
import type { Group } from './group.ts'
import { cancel, join, leave } from './membership.ts'

/** What customers do in groups, and what Meta does to them. */
export interface GroupControl {
  /** Of a number, or of all; tokens and links are on purpose: they are play. */
  list(phoneNumberId?: string): ReturnType<typeof groupView>[]
  /** A customer follows the link. A request's id, when the group has to approve. */
  join(link: string, waId: string): string | undefined
  /** A customer takes the request to join back. */
  cancel(groupId: string, waId: string): void
  leave(groupId: string, waId: string): void
  /** A participant writes in the group; the wamid. */
  write(writing: GroupWriting): string
  /** A participant opens the group, which reads it, or leaves it. */
  look(groupId: string, waId: string, isOpen: boolean): void
  suspend(groupId: string, isSuspended: boolean): void
}

export interface GroupWriting {
  groupId: string
  waId: string
  text?: string
  type?: string
  content?: unknown
  quoted?: string
}

export const groupControl = (simulation: Simulation, { numberOf, personOf }: Named): GroupControl => {
  const { groups, settings } = simulation

  function groupOf(id: string): { group: Group; number: PhoneNumber } {
    const group = groups.find(id)
    if (!group || group.isDeleted) throw new ControlError(`there is no group ${id}`)
    return { group, number: numberOf(group.phoneNumberId) }
  }

  function memberOf(groupId: string, waId: string) {
    const person = personOf(waId)
    const found = groupOf(groupId)
    if (!found.group.participants.has(person.waId))
      throw new ControlError(`${person.waId} is not in the group`)
    return { ...found, person }
  }

  return {
    list: (phoneNumberId = '') =>
      (phoneNumberId === '' ? groups.shelf.all() : groups.shelf.of(phoneNumberId)).map(groupView),
    join(link, waId) {
      const group = groups.shelf.byLink(link)
      const person = personOf(waId)
      if (!group || group.isSuspended) throw new ControlError('this link leads to no group')
      if (group.participants.has(person.waId)) throw new ControlError(`${person.waId} is in the group`)
      if (group.participants.size >= settings.groupParticipantsMax)
        throw new ControlError(`the group is full: ${settings.groupParticipantsMax} participants`)
      return join(simulation, numberOf(group.phoneNumberId), group, person)
    },
    cancel(groupId, waId) {
      const { group, number } = groupOf(groupId)
      const request = [...group.joinRequests.values()].find((one) => one.waId === personOf(waId).waId)
      if (!request) throw new ControlError(`${waId} has not asked to join`)
      cancel(simulation, number, group, request)
    },
    leave(groupId, waId) {
      const { group, number, person } = memberOf(groupId, waId)
      leave(simulation, number, group, person)
    },
    write({ groupId, waId, text = '', type = 'text', content, quoted }) {
      const { group, number, person } = memberOf(groupId, waId)
      if (group.isSuspended) throw new ControlError('the group is suspended')
      if (type === 'text' && text.trim() === '' && content === undefined)
        throw new ControlError('text must not be empty')
      const own = content ?? { body: text }
      const written = { type, content: own, text: text || summaryOf(type, own), quoted }
      return writeInGroup(simulation, number, group, person, written)
    },
    look(groupId, waId, isOpen) {
      const { group, person } = memberOf(groupId, waId)
      lookAtGroup(simulation, group, person, isOpen)
    },
    suspend(groupId, isSuspended) {
      const { group, number } = groupOf(groupId)
      groups.suspend(number, group, isSuspended)
    },
  }
}

const groupView = (group: Group) => ({
  group_id: group.id,
  phone_number_id: group.phoneNumberId,
  subject: group.subject,
  description: group.description,
  join_approval_mode: group.joinApprovalMode,
  invite_link: group.inviteLink,
  suspended: group.isSuspended,
  participants: [...group.participants],
  join_requests: [...group.joinRequests.values()].map(({ id, waId }) => ({
    join_request_id: id,
    wa_id: waId,
  })),
  messages: group.messages,
})

const member = { group_id: z.string(), wa_id: z.string() }

/** By name, under /control and in scenarios. */
export const groupActions = {
  group_join: action(
    z.object({ invite_link: z.string(), wa_id: z.string() }),
    ({ groups }, { invite_link, wa_id }) => ({
      join_request_id: groups.join(invite_link, wa_id) ?? null,
    }),
  ),
  group_cancel: action(z.object(member), ({ groups }, { group_id, wa_id }) => groups.cancel(group_id, wa_id)),
  group_leave: action(z.object(member), ({ groups }, { group_id, wa_id }) => groups.leave(group_id, wa_id)),
  group_write: action(
    z.object({
      ...member,
      text: z.string().max(4096).optional(),
      type: z.string().optional(),
      content: z.unknown().optional(),
      quoted: z.string().optional(),
    }),
    ({ groups }, { group_id, wa_id, ...writing }) => ({
      wamid: groups.write(given({ groupId: group_id, waId: wa_id, ...writing })),
    }),
  ),
  group_look: action(z.object({ ...member, open: z.boolean() }), ({ groups }, { group_id, wa_id, open }) =>
    groups.look(group_id, wa_id, open),
  ),
  group_suspend: action(
    z.object({ group_id: z.string(), suspended: z.boolean() }),
    ({ groups }, { group_id, suspended }) => groups.suspend(group_id, suspended),
  ),
}
