import { expect, test } from 'bun:test'
import { demo, startWorld, type World } from './harness.ts'

const virtual = { virtualClockFrom: Date.UTC(2026, 10, 1, 12) }
const { phoneNumberId, wabaId, token } = demo
const own = '573000000001'

/** A request to send; each check of Graph's has a way of being failed. */
interface Request {
  version: string
  token: string
  phoneNumberId: string
  body: Record<string, unknown> | string
}
const template = (more: Record<string, unknown> = {}) => ({
  messaging_product: 'whatsapp',
  to: '573001112233',
  type: 'template',
  template: { name: 'pedido_listo', language: { code: 'es' }, components: filled, ...more },
})
const filled = [
  {
    type: 'body',
    parameters: [
      { type: 'text', text: 'Ana' },
      { type: 'text', text: 'A-17' },
    ],
  },
]

/** Makes the world or the request fail one check. What comes later in the list must not be heard of before. */
const checks: [name: string, code: number, spoil: (world: World, request: Request) => unknown][] = [
  ['version', 2635, (_, request) => Object.assign(request, { version: 'v12.0' })],
  ['token', 190, (_, request) => Object.assign(request, { token: 'unknown' })],
  ['permission', 200, (world) => world.control.token({ token, scopes: ['whatsapp_business_management'] })],
  ['node', 100, (_, request) => Object.assign(request, { phoneNumberId: '100000000000002' })],
  ['standing', 131031, (world) => world.control.number(phoneNumberId, { standing: 'locked' })],
  ['JSON', 100, (_, request) => Object.assign(request, { body: '{"messaging_product":' })],
  ['restriction', 368, (world) => world.control.limits.account(wabaId, 'ACCOUNT_RESTRICTION')],
  ['shape', 131008, (_, request) => patch(request, { template: undefined })],
  ['recipient', 131021, (_, request) => patch(request, { to: own })],
  ['template: there', 132001, (_, request) => patchTemplate(request, { name: 'none' })],
  ['template: paused', 132015, (world) => world.control.template(wabaId, 'pedido_listo', 'es', 'PAUSED')],
  ['template: parameters', 132000, (_, request) => patchTemplate(request, { components: [] })],
  [
    'throughput',
    130429,
    (world) => {
      world.control.number(phoneNumberId, { throughput: 1 })
      for (let i = 0; i < 30; i++)
        world.control.write({ phoneNumberId, waId: `57300888770${i % 10}`, text: 'hola' })
    },
  ],
]

function patch(request: Request, change: Record<string, unknown>): void {
  if (typeof request.body !== 'string') request.body = { ...request.body, ...change }
}
function patchTemplate(request: Request, change: Record<string, unknown>): void {
  const { template } = request.body as { template?: Record<string, unknown> }
  if (template) patch(request, { template: { ...template, ...change } })
}

async function codeOf(world: World, request: Request): Promise<number> {
  const { version, token, phoneNumberId, body } = request
  const response = await fetch(`${world.url}/${version}/${phoneNumberId}/messages`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  })
  const { error } = (await response.json()) as { error?: { code: number } }
  return error?.code ?? 0
}

const sound = (): Request => ({ version: 'v24.0', token, phoneNumberId, body: template() })

test('a sound request is accepted', async () => {
  expect(await codeOf(startWorld(virtual), sound())).toBe(0)
})

test.each(checks.map((check, i) => [check[0], check[1], i] as const))(
  '%s (%d) wins over every check that comes after it',
  async (_, code, index) => {
    for (let later = index; later < checks.length; later++) {
      const world = startWorld(virtual)
      const request = sound()
      // From the last on, so that a body that is no JSON stays so.
      if (later !== index) checks[later]?.[2](world, request)
      checks[index]?.[2](world, request)
      expect([checks[later]?.[0], await codeOf(world, request)]).toEqual([checks[later]?.[0], code])
    }
  },
)

test('the number’s throughput wins over the pair’s rate; the pair’s is the last', async () => {
  const world = startWorld(virtual)
  const codes: number[] = []
  for (let i = 0; i < 46; i++) codes.push(await codeOf(world, sound()))
  expect(codes.slice(0, 20)).toEqual(codes.slice(0, 20).map(() => 0))
  expect(codes).toContain(130429)
  world.control.number(phoneNumberId, { throughput: 1_000 })
  await world.control.advance(1_000)
  const more: number[] = []
  for (let i = 0; i < 46; i++) more.push(await codeOf(world, sound()))
  expect(more.at(-1)).toBe(131056)
})
