import { describe, expect, test } from 'bun:test'
import { eventually } from '@palomar/testkit'
import type { FaultName } from '../../simulator/src/index.ts'
import { demoNumber, type Trouble, waiting } from './trouble.ts'

/** What customers write, and how Meta tells it. */
export const messages = (trouble: Trouble) =>
  describe('messages of customers', () => {
    /** One text under a fault of its own each; the wamids. */
    async function writeUnder(...faults: FaultName[]): Promise<Map<FaultName, string>> {
      const wamids = new Map<FaultName, string>()
      for (const name of faults) {
        await trouble.make(name)
        wamids.set(name, await trouble.product.write(demoNumber, trouble.someone(), `hola de ${name}`))
        await trouble.end(name)
      }
      return wamids
    }

    /** Each of them, once it is stored, and once alone. */
    const stored = (wamids: ReadonlyMap<FaultName, string>) =>
      eventually(async () => {
        const { data } = await trouble.product.must('GET', '/v1/messages?direction=inbound&limit=200', {
          token: trouble.token,
        })
        // biome-ignore lint/suspicious/noExplicitAny: messages of every shape
        const found = new Map<FaultName, any>()
        for (const [name, wamid] of wamids) {
          const own = data.filter((one: { wamid: string }) => one.wamid === wamid)
          expect([name, own.length]).toEqual([name, 1])
          found.set(name, own[0])
        }
        return found
      }, waiting)

    test('without contacts, profile or name, with keys, fields, contexts and times of another kind, a text is stored as it was written', async () => {
      const found = await stored(
        await writeUnder(
          'withoutContacts',
          'unknownKeys',
          'withoutProfile',
          'emptyName',
          'strangeName',
          'numberTimestamps',
          'replyToUnknown',
          'emptyContext',
          'unknownField',
        ),
      )
      for (const [name, { content, type, conversation_id }] of found)
        expect([name, type, content.body, typeof conversation_id]).toEqual([
          name,
          'text',
          `hola de ${name}`,
          'string',
        ])
      const admin = await trouble.product.demoAdminToken()
      const { data } = await trouble.product.must('GET', '/v1/webhook-events?limit=100', { token: admin })
      expect(data.map(({ field }: { field: string }) => field)).toContain('weather_update')
    })

    test('texts of every character and of full length are stored whole; what Postgres refuses is replaced', async () => {
      const found = await stored(await writeUnder('strangeText', 'longText'))
      const { body: strange } = found.get('strangeText').content
      for (const piece of ['hola de strangeText', '👩‍👩‍👧‍👦👍🏽🇨🇴', '\u202eשלום', 'Z\u0351'])
        expect(strange).toContain(piece)
      expect(strange).not.toContain('\u0000')
      const { body: long } = found.get('longText').content
      expect([long.length, long.startsWith('hola de longText ñ')]).toEqual([4_096, true])
    })

    test('kinds that nobody knows, and those that Meta does not pass on, have their place in the conversation', async () => {
      const found = await stored(
        await writeUnder(
          'unknownType',
          'unknownInteractive',
          'interactiveWithoutObject',
          'unsupportedKind',
          'unsupportedHere',
          'unsupportedInGroup',
        ),
      )
      expect([...found.values()].map(({ type }) => type)).toEqual([
        'hologram',
        'interactive',
        'interactive',
        'unsupported',
        'unsupported',
        'unsupported',
      ])
      for (const { conversation_id } of found.values()) expect(conversation_id).toStartWith('cnv_')
    })

    test('edits and deletions are kept beside the message, whichever comes first', async () => {
      const faults = ['editFirst', 'edited', 'revokeFirst', 'revoked'] as const
      const found = await stored(await writeUnder(...faults))
      for (const name of faults) {
        const { wamid, conversation_id } = found.get(name)
        await eventually(async () => {
          const path = `/v1/conversations/${conversation_id}/messages`
          const { data } = await trouble.product.must('GET', path, { token: trouble.token })
          const change = data.find(({ type }: { type: string }) => type === 'edit' || type === 'revoke')
          expect([name, data.length, change?.content.original_message_id]).toEqual([name, 2, wamid])
        }, waiting)
      }
    })

    test('what comes six days late, after a long downtime, is stored in its place and is no news', async () => {
      const found = await stored(await writeUnder('oldMessage'))
      const { conversation_id, created_at } = found.get('oldMessage')
      expect(Date.now() - Date.parse(created_at)).toBeGreaterThan(5.9 * 86_400_000)
      const path = `/v1/conversations/${conversation_id}`
      const conversation = await trouble.product.must('GET', path, { token: trouble.token })
      expect(Date.parse(conversation.window_expires_at ?? '1970-01-01T00:00:00Z')).toBeLessThan(Date.now())
    })
  })
