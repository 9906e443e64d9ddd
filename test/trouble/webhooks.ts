import { describe, expect, test } from 'bun:test'
import { eventually } from '@palomar/testkit'
import { unclaimed } from '../product.ts'
import { demoNumber, type Trouble, waiting } from './trouble.ts'

/** How bodies arrive. */
export const webhooks = (trouble: Trouble) =>
  describe('webhooks', () => {
    test('W6: a body that comes twice is one message, unread once', async () => {
      await trouble.make('duplicateWebhook')
      const text = crypto.randomUUID()
      await trouble.product.write(demoNumber, trouble.someone(), text)
      const { conversation_id } = await trouble.untilStored(text)
      await trouble.settled()
      expect(await trouble.inboundOf(text)).toHaveLength(1)
      const conversation = await trouble.product.must('GET', `/v1/conversations/${conversation_id}`, {
        token: trouble.token,
      })
      expect(conversation.unread_count).toBe(1)
    })

    test('messages that pass each other are shown in the order they were written', async () => {
      const person = trouble.someone()
      const [first, second] = [crypto.randomUUID(), crypto.randomUUID()]
      await trouble.make('reorderedWebhook')
      await trouble.product.write(demoNumber, person, first)
      // Meta's times are whole seconds.
      const written = Math.floor(Date.now() / 1_000)
      await eventually(() => expect(Math.floor(Date.now() / 1_000)).toBeGreaterThan(written), waiting)
      await trouble.end('reorderedWebhook')
      await trouble.product.write(demoNumber, person, second)
      const { conversation_id } = await trouble.untilStored(first)
      await trouble.untilStored(second)
      const { data } = await trouble.product.must('GET', `/v1/conversations/${conversation_id}/messages`, {
        token: trouble.token,
      })
      expect(data.map((one: { content: { body: string } }) => one.content.body)).toEqual([second, first])
    })

    test('T4: one body with messages of two companies: each has its own and nothing of the other’s', async () => {
      await trouble.make('mergedWebhooks')
      const [ours, theirs] = [crypto.randomUUID(), crypto.randomUUID()]
      await trouble.product.write(demoNumber, trouble.someone(), ours)
      await trouble.product.write(unclaimed[0].phoneNumberId, trouble.someone(), theirs)
      await trouble.untilStored(ours)
      await trouble.untilStored(theirs, trouble.other.token)
      expect(await trouble.inboundOf(theirs)).toEqual([])
      expect(await trouble.inboundOf(ours, trouble.other.token)).toEqual([])
    })

    test('one that is late comes late, one that is lost never, and neither holds up the next', async () => {
      await trouble.product.control('settings', { webhookDelayMs: 1_500 })
      const [late, lost, next] = [crypto.randomUUID(), crypto.randomUUID(), crypto.randomUUID()]
      await trouble.make('lostWebhook')
      await trouble.product.write(demoNumber, trouble.someone(), lost)
      await trouble.settled()
      await trouble.end('lostWebhook')
      await trouble.make('delayedWebhook')
      await trouble.product.write(demoNumber, trouble.someone(), late)
      await eventually(async () => expect(await trouble.inboundOf(late)).toEqual([]))
      await trouble.end('delayedWebhook')
      await trouble.product.write(demoNumber, trouble.someone(), next)
      await trouble.untilStored(next)
      await trouble.untilStored(late)
      expect(await trouble.inboundOf(lost)).toEqual([])
    })

    test('W2: a wrong signature is refused, and what comes again with the right one is stored; a body that Meta gave up on is stored once', async () => {
      const [forged, hasty] = [crypto.randomUUID(), crypto.randomUUID()]
      await trouble.make('wrongSignature')
      await trouble.product.write(demoNumber, trouble.someone(), forged)
      await trouble.untilStored(forged)
      await trouble.end('wrongSignature')
      await trouble.make('impatientWebhook')
      await trouble.product.write(demoNumber, trouble.someone(), hasty)
      await trouble.untilStored(hasty)
      await trouble.settled()
      expect(await trouble.inboundOf(hasty)).toHaveLength(1)
    })

    test('CONTRACTS 14: while a secret is rotated, bodies signed with either are stored', async () => {
      const { product } = trouble
      const platform = await product.platformToken()
      const { data } = await product.must('GET', '/v1/apps?limit=50', { token: platform })
      const { id } = data.find(({ slug }: { slug: string }) => slug === 'default')
      const app_secret = `rotated-${crypto.randomUUID()}`
      await product.must('POST', `/v1/apps/${id}/rotate-secret`, { token: platform, body: { app_secret } })
      await product.control('apps', { app: 'default', secret: app_secret })
      const [withNew, withOld] = [crypto.randomUUID(), crypto.randomUUID()]
      await product.write(demoNumber, trouble.someone(), withNew)
      await trouble.untilStored(withNew)
      await trouble.make('previousSecret')
      await product.write(demoNumber, trouble.someone(), withOld)
      await trouble.untilStored(withOld)
    })

    test('W11: a file whose address is over when it is told is asked for again, and kept', async () => {
      await trouble.make('expiredMedia')
      const place = { phone_number_id: demoNumber, wa_id: trouble.someone() }
      const { wamid } = await trouble.product.control('picture', place)
      const pictured = () =>
        eventually(async () => {
          const { data } = await trouble.product.must('GET', '/v1/messages?direction=inbound&limit=50', {
            token: trouble.token,
          })
          const found = data.find((one: { wamid: string }) => one.wamid === wamid)
          expect(found?.media?.id).toStartWith('med_')
          return found.media
        }, waiting)
      const { id } = await pictured()
      await trouble.end('expiredMedia')
      await eventually(async () => {
        expect((await trouble.product.must('GET', `/v1/media/${id}`, { token: trouble.token })).state).toBe(
          'stored',
        )
      }, waiting)
    })

    test('an account’s restriction and a number’s bad quality are kept for whoever asks', async () => {
      await trouble.product.control('numbers', { phone_number_id: demoNumber, quality: 'RED' })
      await trouble.product.control('numbers', { phone_number_id: demoNumber, standing: 'locked' })
      await trouble.product.control('numbers', {
        phone_number_id: demoNumber,
        standing: 'good',
        quality: 'GREEN',
      })
      const admin = await trouble.product.demoAdminToken()
      await eventually(async () => {
        const { data } = await trouble.product.must('GET', '/v1/webhook-events?limit=100', { token: admin })
        const fields = data.map(({ field }: { field: string }) => field)
        expect(fields).toEqual(expect.arrayContaining(['phone_number_quality_update', 'account_update']))
      }, waiting)
    })
  })
