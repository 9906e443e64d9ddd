import { afterAll, expect, test } from 'bun:test'
import { eventually } from '@palomar/testkit'
import { Product } from '../product.ts'

const demoNumber = '100000000000001'
const waId = '573007770001'

let product: Product
afterAll(() => product?.stop(), 60_000)

const paths = [
  '/v1/conversations',
  '/v1/messages',
  '/v1/contacts',
  '/v1/numbers',
  '/v1/users',
  '/v1/webhook-events',
  '/v1/audit?limit=5',
]

async function everything(token: string): Promise<Record<string, { id: string }[]>> {
  const lists: Record<string, { id: string }[]> = {}
  for (const path of paths) lists[path] = (await product.must('GET', path, { token })).data
  return lists
}

test('DESIGN 4: a stop and a start with the same folder keep conversations, people, keys and sessions, and work goes on', async () => {
  product = await Product.start()
  const { folder } = product.demo.settings.options
  const admin = await product.demoAdminToken()
  const { apiKey, logins } = product.demo
  await product.write(demoNumber, waId, 'antes de parar')
  const { data } = await product.must('GET', '/v1/numbers', { token: admin })
  const send = (text: string, token: string | undefined) =>
    product.must('POST', '/v1/messages', {
      token,
      body: { number_id: data[0].id, to: waId, type: 'text', text: { body: text } },
    })
  await eventually(async () => expect((await everything(admin))['/v1/conversations']).toHaveLength(1))
  const { id } = await send('también antes', apiKey)
  await eventually(async () =>
    expect(['delivered', 'read']).toContain(
      (await product.must('GET', `/v1/messages/${id}`, { token: admin })).state,
    ),
  )
  const settled = async () => {
    const shown = await everything(admin)
    expect(shown['/v1/webhook-events']?.length).toBeGreaterThanOrEqual(3)
    expect(
      (shown['/v1/messages'] as { state: string }[] | undefined)?.map(({ state }) => state),
    ).not.toContain('sent')
    return shown
  }
  const before = await eventually(settled)
  await product.stop()

  product = await Product.start({ folder })
  // The person who was signed in still is, on the token from before.
  expect(await everything(admin)).toEqual({ ...before, '/v1/audit?limit=5': expect.anything() })
  expect(product.demo.apiKey).toBe(apiKey ?? '')
  expect(product.demo.logins).toEqual(logins)

  await product.write(demoNumber, waId, 'después de volver')
  await send('también después', apiKey)
  await eventually(async () => {
    const { data: messages } = await product.must('GET', '/v1/messages', { token: apiKey })
    const said = messages.map(({ content }: { content: { body: string } }) => content.body)
    expect(said.sort()).toEqual(['antes de parar', 'después de volver', 'también antes', 'también después'])
  })
  expect((await everything(admin))['/v1/conversations']).toHaveLength(1)
}, 240_000)
