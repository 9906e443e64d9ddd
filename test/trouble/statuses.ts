import { describe, expect, test } from 'bun:test'
import { eventually } from '@palomar/testkit'
import { type Trouble, waiting } from './trouble.ts'

/** What comes after a send. */
export const statuses = (trouble: Trouble) =>
  describe('statuses', () => {
    test('R2: `sent` overtakes the answer: the message ends read, accepted once', async () => {
      await trouble.make('statusFirst')
      await trouble.product.control('settings', { latencyMs: 400 })
      const { id } = await trouble.send()
      await trouble.untilState(id, 'read')
      expect(await trouble.acceptedTimes(id)).toBe(1)
      await trouble.product.control('settings', { latencyMs: 0 })
    })

    test('CONTRACTS 19: `delivered` before `sent`, each twice, in bodies that come twice: it ends read', async () => {
      await trouble.make('outOfOrder', 'duplicateStatus', 'duplicateWebhook')
      const { id } = await trouble.send()
      const { sent_at, delivered_at, read_at } = await trouble.untilState(id, 'read')
      expect([sent_at, delivered_at, read_at].every(Boolean)).toBe(true)
      await trouble.settled()
      expect((await trouble.message(id)).state).toBe('read')
    })

    test('`read` without `delivered` is read', async () => {
      await trouble.make('readOnly')
      await trouble.untilState((await trouble.send()).id, 'read')
    })

    test('`failed` after `sent`, for Meta’s limit of marketing: it waits for another day, it is not repeated at once', async () => {
      await trouble.make('lateFailure')
      const { id } = await trouble.send()
      await eventually(async () => {
        const { state, attempts } = await trouble.message(id)
        expect([state, attempts[0].state, attempts[0].error.code]).toEqual(['queued', 'failed', 131049])
      }, waiting)
      await trouble.end('lateFailure')
      await trouble.untilState((await trouble.send()).id, 'read')
      expect(await trouble.acceptedTimes(id)).toBe(1)
    })

    test('a template held for its quality is delivered later; one that is dropped (132015) fails, and its template rests', async () => {
      await trouble.make('heldForQuality')
      await trouble.product.control('settings', { heldMs: 300 })
      await trouble.untilState((await trouble.send()).id, 'read')
      await trouble.end('heldForQuality')
      await trouble.make('pacingDropped')
      const { id } = await trouble.send()
      await eventually(
        async () => expect((await trouble.message(id)).attempts[0].error?.code).toBe(132015),
        waiting,
      )
      await trouble.end('pacingDropped')
      const template = {
        waba_id: '200000000000001',
        name: 'hello_world',
        language: 'en_US',
        status: 'APPROVED',
      }
      await trouble.product.control('templates', template)
    })

    test('`delivered` again after `read`, `failed` beside it, errors on `sent`, statuses of strangers: it ends read, sent once', async () => {
      await trouble.make('deliveredAfterRead', 'failedAndDelivered', 'sentWithErrors', 'unknownWamid')
      const sends = await Promise.all([trouble.send(), trouble.send(), trouble.send()])
      for (const { id } of sends) await trouble.untilState(id, 'read')
      await trouble.settled()
      for (const { id } of sends) {
        const { state, attempts } = await trouble.message(id)
        expect([state, attempts.length, await trouble.acceptedTimes(id)]).toEqual(['read', 1, 1])
      }
    })

    test('a price is known from whichever status tells it, in the old terms too; without one there is none', async () => {
      const faults = [
        'priceOnSent',
        'priceOnDelivered',
        'priceOnRead',
        'legacyPricing',
        'withoutPrice',
      ] as const
      const models: unknown[] = []
      for (const name of faults) {
        await trouble.make(name)
        const { id } = await trouble.send()
        const { pricing } = await trouble.untilState(id, 'read')
        models.push(pricing?.model ?? null)
        await trouble.end(name)
      }
      expect(models).toEqual(['PMP', 'PMP', 'PMP', 'CBP', null])
    })

    test('a reaction set, changed and taken back, in both of Meta’s ways, opens no window and is unread by nobody', async () => {
      for (const name of ['reactionTaken', 'reactionEmptied'] as const) {
        await trouble.make(name)
        const person = trouble.someone()
        const { id } = await trouble.send(person)
        const { wamid } = await trouble.untilState(id, 'read')
        await trouble.end(name)
        const reactions = await eventually(async () => {
          const { data } = await trouble.product.must('GET', '/v1/messages?direction=inbound&limit=50', {
            token: trouble.token,
          })
          const own = data.filter(
            (one: { type: string; content: { message_id?: string } }) =>
              one.type === 'reaction' && one.content.message_id === wamid,
          )
          expect(own).toHaveLength(3)
          return own
        }, waiting)
        const path = `/v1/conversations/${reactions[0].conversation_id}`
        const conversation = await trouble.product.must('GET', path, { token: trouble.token })
        expect(conversation.window_expires_at ?? null).toBeNull()
      }
    })

    test('no status at all: it stays sent', async () => {
      await trouble.make('noStatus')
      const { id } = await trouble.send()
      await trouble.untilState(id, 'sent')
      await trouble.settled()
      expect((await trouble.message(id)).state).toBe('sent')
    })
  })
