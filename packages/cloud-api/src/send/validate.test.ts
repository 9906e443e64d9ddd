import { expect, test } from 'bun:test'
import { validateSend } from '../index.ts'

const envelope = { messaging_product: 'whatsapp', to: '541156384310' }
const firstOf = (body: unknown) => {
  const result = validateSend(body)
  return result.ok ? undefined : result.errors[0]
}

test('M16: hello_world in en_US to 541156384310 is valid as Meta documents it', () => {
  const body = {
    ...envelope,
    type: 'template',
    template: { name: 'hello_world', language: { code: 'en_US' } },
  }
  expect(validateSend(body)).toEqual({
    ok: true,
    message: { ...body, recipient_type: 'individual' },
  } as never)
})

test('a text of 4,096 characters passes and one more is refused with its limit', () => {
  expect(validateSend({ ...envelope, type: 'text', text: { body: '😀'.repeat(4096) } }).ok).toBe(true)
  expect(firstOf({ ...envelope, type: 'text', text: { body: 'x'.repeat(4097) } })).toEqual({
    path: 'text.body',
    rule: 'too_long',
    code: 100,
    detail: "Param text['body'] must be at most 4096 characters long.",
    limit: 4096,
    docs: 'https://developers.facebook.com/docs/whatsapp/cloud-api/messages/text-messages',
  })
})
