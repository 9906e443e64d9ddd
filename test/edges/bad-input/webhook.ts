import { describe, expect, test } from 'bun:test'
import { eventually } from '@palomar/testkit'
import type { Answer } from '../../product.ts'
import { customerWrites } from '../webhook-body.ts'
import { type Edge, megabyte } from './edge.ts'

/** What the webhook refuses, keeps apart, or takes once. */
export const webhook = (edge: Edge) => {
  describe('the webhook', () => {
    const refused: { what: string; status: number; send: () => Promise<Answer> }[] = [
      {
        what: 'a wrong signature',
        status: 401,
        send: () => edge.product.webhook('{}', { 'x-hub-signature-256': `sha256=${'0'.repeat(64)}` }),
      },
      {
        what: 'no signature',
        status: 401,
        send: () => edge.product.call('POST', '/webhooks/whatsapp', { body: '{}' }),
      },
      {
        what: 'a signature that is none',
        status: 401,
        send: () => edge.product.webhook('{}', { 'x-hub-signature-256': 'sha1=x' }),
      },
      {
        what: 'an app nobody has',
        status: 404,
        send: () => edge.product.webhook('{}', {}, '/webhooks/whatsapp/nobody'),
      },
      {
        what: 'an oversize body',
        status: 413,
        send: () => edge.product.webhook('x'.repeat(6 * megabyte + 1)),
      },
      {
        what: 'an unsupported method',
        status: 405,
        send: () => edge.product.call('PUT', '/webhooks/whatsapp', { body: '{}' }),
      },
      {
        what: 'a handshake with another token',
        status: 403,
        send: () =>
          edge.product.call(
            'GET',
            '/webhooks/whatsapp?hub.mode=subscribe&hub.challenge=1&hub.verify_token=x',
          ),
      },
    ]
    for (const { what, status, send } of refused) {
      test(`W2 W3 H3: ${what} is ${status}, its request id is in the log, and the next webhook works`, async () => {
        const answer = await send()
        expect(answer.status).toBe(status)
        await edge.expectLogged(answer)
        expect((await edge.product.webhook(customerWrites({ text: `tras ${what}` }))).status).toBe(200)
      }, 30_000)
    }

    test('W3 W4: a signed body that is no JSON, or no webhook, is kept and shown as unparsed, and takes nothing down', async () => {
      const before = await edge.product.must('GET', '/v1/intake', { token: edge.platform })
      for (const body of ['{"entry":', '[]', '{"object":"page","entry":[{"id":"1","changes":[]}]}', 'null']) {
        expect((await edge.product.webhook(body)).status).toBe(200)
      }
      await eventually(async () => {
        const { unparsed } = await edge.product.must('GET', '/v1/intake', { token: edge.platform })
        expect(unparsed - before.unparsed).toBe(4)
      })
      await edge.expectStillWorks()
    }, 30_000)

    test('W6: the same webhook twice, at once and later, is one message', async () => {
      const waId = '573004440003'
      const body = customerWrites({ waId, text: 'una sola vez', at: Date.now() - 5_000 })
      const answers = [
        ...(await Promise.all([edge.product.webhook(body), edge.product.webhook(body)])),
        await edge.product.webhook(body),
      ]
      expect(answers.map(({ status }) => status)).toEqual([200, 200, 200])
      // In the same stream behind them: when it is there, all three are through.
      await edge.product.webhook(customerWrites({ waId, text: 'la última' }))
      const conversation = await eventually(async () => {
        const { data } = await edge.product.must('GET', '/v1/conversations', { token: edge.admin })
        const found = data.find((each: { contact: { wa_id: string } }) => each.contact.wa_id === waId)
        expect(found?.last_message_preview).toBe('la última')
        return found
      })
      const { data } = await edge.product.must('GET', `/v1/conversations/${conversation.id}/messages`, {
        token: edge.admin,
      })
      expect(data.map((each: { content: { body: string } }) => each.content.body).sort()).toEqual([
        'la última',
        'una sola vez',
      ])
      expect(conversation.unread_count).toBe(2)
    }, 30_000)
  })
}
