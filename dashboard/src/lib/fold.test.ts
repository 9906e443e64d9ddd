import { describe, expect, test } from 'bun:test'
import type { Conversation, Message } from './api-types.ts'
import { byTime, foldInto, newer, startsGroup, withLastState } from './fold.ts'

function message(id: string, version: number, createdAt: string, state = 'sent'): Message {
  return { id, version, created_at: createdAt, state, direction: 'outbound' } as Message
}

const first = message('msg_a', 1, '2026-11-21T10:00:00.000Z')
const second = message('msg_b', 1, '2026-11-21T10:01:00.000Z')
const firstRead = { ...first, version: 3, state: 'read' as const }
const firstDelivered = { ...first, version: 2, state: 'delivered' as const }

describe('what arrives twice, late and out of order', () => {
  test('N6: every order of the same frames shows the same thread', () => {
    const frames = [first, second, firstDelivered, firstRead]
    const orders = [frames, [...frames].reverse(), [firstRead, first, second, firstDelivered, first]]
    for (const order of orders) {
      const thread = order.reduce<Message[]>((held, frame) => foldInto(held, [frame], byTime), [])
      expect(thread.map((m) => [m.id, m.state])).toEqual([
        ['msg_a', 'read'],
        ['msg_b', 'sent'],
      ])
    }
  })

  test('a late frame of an older version changes nothing', () => {
    expect(newer(firstRead, firstDelivered)).toBe(firstRead)
  })

  test('the list shows the ticks of the last message, not of an earlier one', () => {
    const conversation = {
      id: 'cnv_a',
      last_message_at: second.created_at,
      last_message_state: 'queued',
    } as Conversation
    const of = (message: Message) => ({ ...message, conversation_id: 'cnv_a' })
    expect(withLastState(conversation, of({ ...second, state: 'read' })).last_message_state).toBe('read')
    expect(withLastState(conversation, of(firstRead)).last_message_state).toBe('queued')
  })

  test('messages of one side within a minute share a group', () => {
    expect(startsGroup(undefined, first)).toBe(true)
    expect(startsGroup(first, { ...first, id: 'msg_c' })).toBe(false)
    expect(startsGroup(first, second)).toBe(true)
  })
})
