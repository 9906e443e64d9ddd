/** Whether a number works, asked of Meta over the whole product. */
import { afterAll, beforeAll, expect, setDefaultTimeout, test } from 'bun:test'
import { eventually } from '@palomar/testkit'
import { type Company, Product } from '../product.ts'

setDefaultTimeout(60_000)
const phoneNumberId = '100000000000001'

let product: Product
let token: string
let path: string
let stranger: Company

beforeAll(async () => {
  product = await Product.start()
  token = await product.demoAdminToken()
  const { data } = await product.must('GET', '/v1/numbers', { token })
  path = `/v1/numbers/${data[0].id}/health-check`
  stranger = await product.addCompany(await product.platformToken(), 'Otra')
}, 180_000)
afterAll(() => product?.stop(), 60_000)

/** An answer holds for five seconds. */
const untilVerdict = (verdict: string) =>
  eventually(
    async () => {
      const check = await product.must('POST', path, { token })
      expect(check.verdict).toBe(verdict)
      return check
    },
    { timeoutMs: 20_000, everyMs: 500 },
  )

test('O14: a number that works says what Meta knows of it', async () => {
  const check = await untilVerdict('ok')
  expect(check).toMatchObject({
    display_phone_number: '+57 300 000 0001',
    quality_rating: 'GREEN',
    can_send_message: 'AVAILABLE',
    problems: [],
  })
  expect(Date.parse(check.checked_at)).toBeGreaterThan(0)
})

test('T10: the number shows the quality that the check found, and the one that Meta tells by webhook', async () => {
  const shown = async () => {
    const { data } = await product.must('GET', '/v1/numbers', { token })
    return data[0].quality_rating
  }
  await eventually(async () => expect(await shown()).toBe('GREEN'))
  await product.control('numbers', { phone_number_id: phoneNumberId, quality: 'RED' })
  await eventually(async () => expect(await shown()).toBe('RED'))
  await product.control('numbers', { phone_number_id: phoneNumberId, quality: 'GREEN' })
  await eventually(async () => expect(await shown()).not.toBe('RED'))
})

test('O14: an account that cannot pay is blocked, with Meta’s number and what to do', async () => {
  await product.control('numbers', { phone_number_id: phoneNumberId, standing: 'unpaid' })
  const { problems } = await untilVerdict('blocked')
  expect(problems).toMatchObject([{ code: 141006, advice: 'Add a payment method.' }])
  await product.control('numbers', { phone_number_id: phoneNumberId, standing: 'good' })
  await untilVerdict('ok')
})

test('O14: a token that Meta no longer takes is told apart from a number that is gone', async () => {
  await product.control('tokens', { token: product.demo.settings.secrets.graphToken, expires_in_ms: -1 })
  const { problems } = await untilVerdict('token_invalid')
  expect(problems[0].code).toBe(190)
})

test('O14: Meta out of reach is a verdict too; another company’s number is like none', async () => {
  await product.demo.processes.simulator?.stop()
  await untilVerdict('unreachable')
  const foreign = await product.call('POST', path, { token: stranger.token })
  const missing = await product.call('POST', '/v1/numbers/num_01h455vb4pex5vsknk084sn02q/health-check', {
    token: stranger.token,
  })
  expect([foreign.status, missing.status]).toEqual([404, 404])
  expect({ ...foreign.json, request_id: '' }).toEqual({ ...missing.json, request_id: '' })
})
