import { type inboxV1, newId, uuidOf } from '@palomar/contracts'
import { insertLive, insertOutbox, rerunOnConflict } from '@palomar/db'
import { appError } from '@palomar/errors'
import type { Handler } from '@palomar/rpc'
import { findNumber } from '../db/numbers.ts'
import { findSession, upsertSession } from '../db/sessions.ts'
import type { Facts } from '../domain/facts.ts'
import { personOf } from '../domain/person.ts'
import { sessionOf } from '../domain/resources.ts'
import { peerOf, placeConversations, tellMerged } from '../place-conversations.ts'
import { placePeople } from '../place-people.ts'
import { filterId, invalid, notFound, type RpcDeps, tenantUuid } from './deps.ts'

/** The session of a person on a number; contact and conversation are made when they are new. Twice is the same as once. */
export function getOrCreateSession({
  db,
  clock,
}: RpcDeps): Handler<inboxV1.GetOrCreateSessionRequest, inboxV1.Session> {
  return async (request, call) => {
    const tenantId = tenantUuid(call, request.tenantId)
    const numberId = filterId('number', request.numberId, 'number_id')
    if (!numberId) throw invalid('number_id', 'number_id is required.')
    return rerunOnConflict(() =>
      db.forTenant(tenantId, async (tx) => {
        const now = new Date(clock.now())
        const number = await findNumber(tx, tenantId, numberId)
        if (!number || number.state === 'deleted') throw appError('number_unknown')
        const names = { waId: request.waId, userId: request.userId, profileName: request.name }
        const person = personOf(names, { tenantId, portfolioId: number.portfolioId, at: now })
        if (!person) throw invalid('wa_id', 'Give a wa_id of digits or a user_id.')

        const facts: Facts = { events: [], frames: [] }
        // What a caller says of a name is no sighting of Meta's: it only fills an empty one.
        const people = await placePeople(tx, [{ ...person, at: new Date(0) }], facts, now)
        const contactId = people.contactIds[0] ?? ''
        const peer = peerOf(contactId, '')
        const change = {
          tenantId,
          numberId,
          peer,
          contactId,
          groupId: '',
          unread: 0,
          last: null,
          customerAt: null,
          windowEndsAt: null,
          at: now,
        }
        const existing = await findSession(tx, tenantId, { numberId, contactId })
        if (!existing) {
          const conversations = await placeConversations(tx, [change], people.keys, facts, now)
          const conversationId = conversations.get(`${tenantId}/${numberId}/${peer}`)?.id ?? ''
          const { waId, userId } = person
          const id = uuidOf(newId('session'))
          await upsertSession(tx, { tenantId, id, numberId, contactId, conversationId, waId, userId })
        }
        await tellMerged(tx, people.mergedConversations, people.keys, facts, now)
        insertOutbox(tx, 'inbox', facts.events)
        insertLive(tx, facts.frames)
        const session = existing ?? (await findSession(tx, tenantId, { numberId, contactId }))
        if (!session) throw notFound()
        return sessionOf(session)
      }),
    )
  }
}
