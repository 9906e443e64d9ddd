import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'bun:test'
import { idFromUuid, newId, uuidOfFact } from '@palomar/contracts'
import { findMessage, messagesPage } from '../src/db/messages.ts'
import { messageOf } from '../src/domain/resources.ts'
import {
  accepted,
  type Channel,
  mediaChanged,
  newChannel,
  received,
  type World,
  wamid,
  world,
} from './world.ts'

let w: World
let channel: Channel
beforeAll(async () => {
  w = await world()
}, 30_000)
afterAll(() => w.close())
beforeEach(() => {
  w.forget()
  channel = newChannel()
})

const content = JSON.stringify({ mime_type: 'application/pdf', filename: 'factura.pdf', id: '99' })

/** A customer sends a document, which nobody has fetched yet. */
async function customerSends() {
  await w.ingest(received(channel, { wamid: wamid(), type: 'document', content }))
  const [row] = await w.admin.sql`select id from messages where tenant_id = ${channel.tenant}`
  return ids(row?.id)
}
const ids = (uuid: string) => ({
  uuid,
  messageId: idFromUuid('message', uuid),
  mediaId: idFromUuid('media', uuidOfFact('media', uuid)),
})

const shown = (uuid: string) =>
  w.db.forTenant(channel.tenant, async (tx) => {
    const row = await findMessage(tx, channel.tenant, uuid)
    return row && messageOf(row).media
  })
const updates = () =>
  w.told.frames.filter(({ kind }) => kind === 'message.updated').map((one) => JSON.parse(one.payloadJson))

describe('W8: a message’s file', () => {
  test('is pending until media says otherwise, shown with what the message itself says of it', async () => {
    const { uuid, mediaId } = await customerSends()
    const pending = {
      id: mediaId,
      state: 'pending',
      mimeType: 'application/pdf',
      filename: 'factura.pdf',
      sizeBytes: 0n,
      failureCode: '',
    }
    expect(await shown(uuid)).toEqual(pending)
    const frame = w.told.frames.find(({ kind }) => kind === 'message.created')
    expect(JSON.parse(frame?.payloadJson ?? '{}').media).toEqual({
      id: mediaId,
      state: 'pending',
      mime_type: 'application/pdf',
      size_bytes: null,
      filename: 'factura.pdf',
      failure_code: null,
    })
  })

  test('is told live when it is there, under the message’s own version, and the message is as it was', async () => {
    const { uuid, mediaId, messageId } = await customerSends()
    w.forget()
    const stored = mediaChanged(channel, {
      mediaId,
      messageId,
      version: 2n,
      sizeBytes: 1234n,
      mimeType: 'application/pdf',
    })
    await w.media(stored, stored)
    await w.media(stored)
    expect(updates()).toMatchObject([
      { id: messageId, version: 1, state: 'received', media: { state: 'stored', size_bytes: 1234 } },
    ])
    // No fact about the message: nothing for the others.
    expect(w.told.events).toEqual([])
    expect(await shown(uuid)).toMatchObject({ state: 'stored', sizeBytes: 1234n, filename: 'factura.pdf' })
  })

  test('has the highest version’s state, whichever comes first', async () => {
    const { uuid, mediaId, messageId } = await customerSends()
    const of = (version: bigint, state: string, failureCode = '') =>
      mediaChanged(channel, { mediaId, messageId, version, state, failureCode })
    await w.media(of(3n, 'failed', 'media_expired'))
    w.forget()
    await w.media(of(1n, 'pending'), of(2n, 'stored'))
    expect(await shown(uuid)).toMatchObject({ state: 'failed', failureCode: 'media_expired' })
    expect(w.told.frames).toEqual([])
    await w.media(of(4n, 'deleted'), of(2n, 'stored'))
    expect(updates()).toMatchObject([{ media: { state: 'deleted', failure_code: null } }])
  })

  test('may be told before its message, which then is shown with it', async () => {
    const uuid = uuidOfFact(channel.tenantId, 'later')
    const { mediaId, messageId } = ids(uuid)
    await w.media(mediaChanged(channel, { mediaId, messageId, version: 2n }))
    expect(w.told).toEqual({ events: [], frames: [] })
    await w.admin.sql`
      insert into messages (tenant_id, id, conversation_id, contact_id, number_id, direction, type, state, at, version)
      values (${channel.tenant}, ${uuid}, ${uuid}, ${uuid}, ${uuid}, 'inbound', 'document', 'received', now(), 1)`
    expect(await shown(uuid)).toMatchObject({ id: mediaId, state: 'stored' })
  })

  test('and its message at the same moment never miss each other: the last frame has the state', async () => {
    for (let round = 0; round < 25; round++) {
      const place = newChannel()
      // The message's id is known to nobody before it is stored, so the event races with a placeholder's filling.
      const id = wamid()
      await w.ingest(received(place, { wamid: id, placeholder: true, field: 'history' }))
      const [row] = await w.admin.sql`select id from messages where tenant_id = ${place.tenant}`
      const { mediaId, messageId } = ids(row?.id)
      w.forget()
      await Promise.all([
        w.ingest(received(place, { wamid: id, type: 'image', content: '{}', field: 'history' })),
        w.media(mediaChanged(place, { mediaId, messageId, version: 2n })),
      ])
      const frames = updates().map((frame) => frame.media?.state)
      expect([round, frames]).toContainEqual(expect.arrayContaining(['stored']))
    }
  })

  test('of ours is the one that the content names; its state is shown wherever it was sent', async () => {
    const file = newId('media')
    const body = JSON.stringify({ type: 'image', image: { id: file, caption: 'hola' } })
    await w.media(
      mediaChanged(channel, {
        mediaId: file,
        version: 1n,
        direction: 'outbound',
        mimeType: 'image/png',
        sizeBytes: 7n,
      }),
    )
    await w.dispatch(
      accepted(channel, { type: 'image', content: body }),
      accepted(channel, { type: 'image', content: body, seconds: 1 }),
      accepted(channel, { text: 'no file', seconds: 2 }),
    )
    const created = w.told.frames.filter(({ kind }) => kind === 'message.created')
    expect(created.map((one) => JSON.parse(one.payloadJson).media)).toEqual([
      {
        id: file,
        state: 'stored',
        mime_type: 'image/png',
        size_bytes: 7,
        filename: null,
        failure_code: null,
      },
      {
        id: file,
        state: 'stored',
        mime_type: 'image/png',
        size_bytes: 7,
        filename: null,
        failure_code: null,
      },
      null,
    ])
  })

  test('of another company is not there, whoever names it', async () => {
    const file = newId('media')
    await w.media(mediaChanged(newChannel(), { mediaId: file, version: 1n, mimeType: 'image/png' }))
    const body = JSON.stringify({ type: 'image', image: { id: file } })
    await w.dispatch(accepted(channel, { type: 'image', content: body }))
    const filter = { conversationId: undefined, numberId: undefined, direction: '', state: '' }
    const [row] = await w.db.forTenant(channel.tenant, (tx) =>
      messagesPage(tx, channel.tenant, filter, undefined, 5),
    )
    expect(await shown(row?.id ?? '')).toMatchObject({ id: file, state: 'pending', mimeType: '' })
  })

  test('an event that cannot be read is a dead letter, and its neighbours are stored', async () => {
    const { uuid, mediaId, messageId } = await customerSends()
    const answers = await w.media(
      mediaChanged(channel, { mediaId: 'msg_no', version: 1n }),
      mediaChanged(channel, { mediaId, version: 0n }),
      mediaChanged(channel, { mediaId, messageId, version: 1n }),
    )
    expect(answers.map((answer) => (answer === 'ok' ? 'ok' : Object.keys(answer)[0]))).toEqual([
      'dead',
      'dead',
      'ok',
    ])
    expect(await shown(uuid)).toMatchObject({ state: 'stored' })
  })
})
