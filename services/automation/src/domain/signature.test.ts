import { expect, test } from 'bun:test'
import { Webhook } from 'standardwebhooks'
import { newSecret, signedHeaders } from './signature.ts'

const message = (body: string) => ({ id: 'whd_1', timestampS: Math.floor(Date.now() / 1000), body })

test('CV7: another implementation of Standard Webhooks verifies what we sign, with either secret of a rotation', () => {
  const [current, previous, foreign] = [newSecret(), newSecret(), newSecret()]
  const body = JSON.stringify({ type: 'message.received', data: { text: 'señal 👍' } })
  const headers = signedHeaders(message(body), [current, previous])
  for (const secret of [current, previous])
    expect(new Webhook(secret).verify(body, headers)).toEqual(JSON.parse(body))
  expect(() => new Webhook(foreign).verify(body, headers)).toThrow()
  expect(() => new Webhook(current).verify(`${body} `, headers)).toThrow()
  expect(() => new Webhook(current).verify(body, { ...headers, 'webhook-id': 'whd_2' })).toThrow()
})

test('it is the signature of the specification’s own example', () => {
  const { 'webhook-signature': signature } = signedHeaders(
    { id: 'msg_p5jXN8AQM9LWM0D4loKWxJek', timestampS: 1614265330, body: '{"test": 2432232314}' },
    ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'],
  )
  expect(signature).toBe('v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=')
})

test('a secret is 32 random bytes', () => {
  expect(newSecret()).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/)
  expect(newSecret()).not.toBe(newSecret())
})
