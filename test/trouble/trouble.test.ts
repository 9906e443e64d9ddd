/** Each trouble that the simulator can make, met by the whole product. */
import { afterAll, afterEach, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { eventually } from '@palomar/testkit'
import { faultNames } from '../../simulator/src/index.ts'
import { type Company, Product, unclaimed } from '../product.ts'

setDefaultTimeout(120_000)
const waiting = { timeoutMs: 60_000, everyMs: 100 }
const demoNumber = '100000000000001'

let product: Product
let token: string
let numberId: string
let other: Company
const met = new Set<string>()
let people = 573_008_880_000
const someone = () => String(++people)

beforeAll(async () => {
  // Silence of Meta's is silence sooner here.
  product = await Product.start({}, { env: { dispatcher: { GRAPH_TIMEOUT_MS: '3000' } } })
  token = product.demo.apiKey ?? ''
  const { data } = await product.must('GET', '/v1/numbers', { token })
  numberId = data[0].id
  other = await product.addCompany(await product.platformToken(), 'Panadería Sol')
  await product.addNumber(other.token, unclaimed[0])
  await product.control('settings', { readMs: 20, rates: false })
}, 180_000)
afterAll(() => product?.stop(), 60_000)
afterEach(() => product.control('faults', Object.fromEntries(faultNames.map((name) => [name, 0]))))

async function make(...names: (typeof faultNames)[number][]): Promise<void> {
  for (const name of names) met.add(name)
  await product.control('faults', Object.fromEntries(names.map((name) => [name, 1])))
}
const end = (...names: string[]) =>
  product.control('faults', Object.fromEntries(names.map((name) => [name, 0])))

/** A template to somebody new; the message as it was accepted. */
function send(to = someone()): Promise<{ id: string; state: string }> {
  const template = { name: 'hello_world', language: { code: 'en_US' } }
  return product.must('POST', '/v1/messages', {
    token,
    body: { number_id: numberId, to, type: 'template', template },
  })
}

const message = (id: string, by = token) => product.must('GET', `/v1/messages/${id}`, { token: by })

const untilState = (id: string, state: string) =>
  eventually(async () => {
    const now = await message(id)
    expect(now.state).toBe(state)
    return now
  }, waiting)

/** How often Meta accepted it. */
async function acceptedTimes(id: string): Promise<number> {
  const text = await (await fetch(`${product.demo.urls.simulator}/control/accepted`)).text()
  return text.split('\n').filter((line) => line.includes(`"${id}~`)).length
}

async function inboundOf(text: string, by = token) {
  const { data } = await product.must('GET', '/v1/messages?direction=inbound&limit=200', { token: by })
  return data.filter((one: { content: { body?: string } }) => one.content.body === text)
}
const untilStored = (text: string, by = token) =>
  eventually(async () => {
    const found = await inboundOf(text, by)
    expect(found).toHaveLength(1)
    return found[0]
  }, waiting)

const settled = () =>
  eventually(async () => {
    const counters = await (await fetch(`${product.demo.urls.simulator}/control/counters`)).json()
    expect((counters as { pending_webhooks: number }).pending_webhooks).toBe(0)
  }, waiting)

describe('statuses', () => {
  test('R2: `sent` overtakes the answer: the message ends read, accepted once', async () => {
    await make('statusFirst')
    await product.control('settings', { latencyMs: 400 })
    const { id } = await send()
    await untilState(id, 'read')
    expect(await acceptedTimes(id)).toBe(1)
    await product.control('settings', { latencyMs: 0 })
  })

  test('CONTRACTS 19: `delivered` before `sent`, each twice, in bodies that come twice: it ends read', async () => {
    await make('outOfOrder', 'duplicateStatus', 'duplicateWebhook')
    const { id } = await send()
    const { sent_at, delivered_at, read_at } = await untilState(id, 'read')
    expect([sent_at, delivered_at, read_at].every(Boolean)).toBe(true)
    await settled()
    expect((await message(id)).state).toBe('read')
  })

  test('`read` without `delivered` is read', async () => {
    await make('readOnly')
    await untilState((await send()).id, 'read')
  })

  test('`failed` after `sent`, for Meta’s limit of marketing: it waits for another day, it is not repeated at once', async () => {
    await make('lateFailure')
    const { id } = await send()
    await eventually(async () => {
      const { state, attempts } = await message(id)
      expect([state, attempts[0].state, attempts[0].error.code]).toEqual(['queued', 'failed', 131049])
    }, waiting)
    await end('lateFailure')
    await untilState((await send()).id, 'read')
    expect(await acceptedTimes(id)).toBe(1)
  })

  test('a template held for its quality is delivered later; one that is dropped (132015) fails, and its template rests', async () => {
    await make('heldForQuality')
    await product.control('settings', { heldMs: 300 })
    await untilState((await send()).id, 'read')
    await end('heldForQuality')
    await make('pacingDropped')
    const { id } = await send()
    await eventually(async () => expect((await message(id)).attempts[0].error?.code).toBe(132015), waiting)
    await end('pacingDropped')
    const template = {
      waba_id: '200000000000001',
      name: 'hello_world',
      language: 'en_US',
      status: 'APPROVED',
    }
    await product.control('templates', template)
  })

  test('no status at all: it stays sent', async () => {
    await make('noStatus')
    const { id } = await send()
    await untilState(id, 'sent')
    await settled()
    expect((await message(id)).state).toBe('sent')
  })
})

describe('answers of Graph', () => {
  test('R2: the answer is lost after the message was accepted: its status settles it, and it goes once', async () => {
    await make('lostResponse')
    const { id } = await send()
    await untilState(id, 'read')
    await end('lostResponse')
    expect(await acceptedTimes(id)).toBe(1)
  })

  test('M31: 131000 and 130429 are tried again until they end: sent once', async () => {
    for (const name of ['somethingWrong', 'tooMany'] as const) {
      await make(name)
      const { id } = await send()
      await eventually(async () => expect((await message(id)).attempts.length).toBeGreaterThan(0), waiting)
      await end(name)
      await untilState(id, 'read')
      expect(await acceptedTimes(id)).toBe(1)
    }
  })

  test('CONTRACTS 27: a gateway’s page, a reset and silence leave it in doubt: not sent a second time on a guess', async () => {
    for (const name of ['error5xx', 'reset', 'hang'] as const) {
      await make(name)
      const { id } = await send()
      await eventually(async () => {
        const { attempts } = await message(id)
        expect(attempts.map(({ state }: { state: string }) => state)).toEqual(['in_doubt'])
      }, waiting)
      await end(name)
      const after = await send()
      await untilState(after.id, 'read')
      const now = await message(id)
      expect([now.attempts.length, await acceptedTimes(id)]).toEqual([1, 0])
    }
  })

  test('an expired token is no reason to fail: what comes after its return is sent', async () => {
    await make('expiredToken')
    const { id } = await send()
    await eventually(async () => expect((await message(id)).attempts.length).toBeGreaterThan(0), waiting)
    await end('expiredToken')
    expect(await acceptedTimes(id)).toBe(0)
  })
})

describe('webhooks', () => {
  test('W6: a body that comes twice is one message, unread once', async () => {
    await make('duplicateWebhook')
    const text = crypto.randomUUID()
    await product.write(demoNumber, someone(), text)
    const { conversation_id } = await untilStored(text)
    await settled()
    expect(await inboundOf(text)).toHaveLength(1)
    const conversation = await product.must('GET', `/v1/conversations/${conversation_id}`, { token })
    expect(conversation.unread_count).toBe(1)
  })

  test('messages that pass each other are shown in the order they were written', async () => {
    const person = someone()
    const [first, second] = [crypto.randomUUID(), crypto.randomUUID()]
    await make('reorderedWebhook')
    await product.write(demoNumber, person, first)
    // Meta's times are whole seconds.
    const written = Math.floor(Date.now() / 1_000)
    await eventually(() => expect(Math.floor(Date.now() / 1_000)).toBeGreaterThan(written), waiting)
    await end('reorderedWebhook')
    await product.write(demoNumber, person, second)
    const { conversation_id } = await untilStored(first)
    await untilStored(second)
    const { data } = await product.must('GET', `/v1/conversations/${conversation_id}/messages`, { token })
    expect(data.map((one: { content: { body: string } }) => one.content.body)).toEqual([second, first])
  })

  test('T4: one body with messages of two companies: each has its own and nothing of the other’s', async () => {
    await make('mergedWebhooks')
    const [ours, theirs] = [crypto.randomUUID(), crypto.randomUUID()]
    await product.write(demoNumber, someone(), ours)
    await product.write(unclaimed[0].phoneNumberId, someone(), theirs)
    await untilStored(ours)
    await untilStored(theirs, other.token)
    expect(await inboundOf(theirs)).toEqual([])
    expect(await inboundOf(ours, other.token)).toEqual([])
  })

  test('one that is late comes late, one that is lost never, and neither holds up the next', async () => {
    await product.control('settings', { webhookDelayMs: 1_500 })
    const [late, lost, next] = [crypto.randomUUID(), crypto.randomUUID(), crypto.randomUUID()]
    await make('lostWebhook')
    await product.write(demoNumber, someone(), lost)
    await settled()
    await end('lostWebhook')
    await make('delayedWebhook')
    await product.write(demoNumber, someone(), late)
    await eventually(async () => expect(await inboundOf(late)).toEqual([]))
    await end('delayedWebhook')
    await product.write(demoNumber, someone(), next)
    await untilStored(next)
    await untilStored(late)
    expect(await inboundOf(lost)).toEqual([])
  })

  test('without contacts, and with keys that nobody knows, a message is stored all the same', async () => {
    await make('withoutContacts', 'unknownKeys')
    const text = crypto.randomUUID()
    await product.write(demoNumber, someone(), text)
    await untilStored(text)
  })

  test('W11: a file whose address is over when it is told is asked for again, and kept', async () => {
    await make('expiredMedia')
    const place = { phone_number_id: demoNumber, wa_id: someone() }
    const { wamid } = await product.control('picture', place)
    const pictured = () =>
      eventually(async () => {
        const { data } = await product.must('GET', '/v1/messages?direction=inbound&limit=50', { token })
        const found = data.find((one: { wamid: string }) => one.wamid === wamid)
        expect(found?.media?.id).toStartWith('med_')
        return found.media
      }, waiting)
    const { id } = await pictured()
    await end('expiredMedia')
    await eventually(async () => {
      expect((await product.must('GET', `/v1/media/${id}`, { token })).state).toBe('stored')
    }, waiting)
  })

  test('an account’s restriction and a number’s bad quality are kept for whoever asks', async () => {
    await product.control('numbers', { phone_number_id: demoNumber, quality: 'RED' })
    await product.control('numbers', { phone_number_id: demoNumber, standing: 'locked' })
    await product.control('numbers', { phone_number_id: demoNumber, standing: 'good', quality: 'GREEN' })
    const admin = await product.demoAdminToken()
    await eventually(async () => {
      const { data } = await product.must('GET', '/v1/webhook-events?limit=100', { token: admin })
      const fields = data.map(({ field }: { field: string }) => field)
      expect(fields).toEqual(expect.arrayContaining(['phone_number_quality_update', 'account_update']))
    }, waiting)
  })
})

test('no trouble that the simulator can make is left out', () => {
  expect([...faultNames].filter((name) => !met.has(name))).toEqual([])
})
