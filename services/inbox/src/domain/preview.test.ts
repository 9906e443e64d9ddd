import { expect, test } from 'bun:test'
import { contentOf, previewOf } from './preview.ts'

test.each([
  ['text', '{"body":"hola\\n  qué tal"}', 'hola qué tal'],
  ['text', '{"messaging_product":"whatsapp","type":"text","text":{"body":"ours"}}', 'ours'],
  ['template', '{"type":"template","template":{"name":"hello_world"}}', '[template] hello_world'],
  ['image', '{"id":"1","caption":"the house"}', 'the house'],
  ['image', '{"id":"1"}', '[image]'],
  ['document', '{"id":"1","filename":"a.pdf"}', 'a.pdf'],
  ['interactive', '{"type":"button_reply","button_reply":{"id":"y","title":"Yes"}}', 'Yes'],
  ['interactive', '{"type":"interactive","interactive":{"body":{"text":"Pick one"}}}', 'Pick one'],
  ['reaction', '{"emoji":"👍"}', '👍'],
  ['location', '{"latitude":1,"name":"HQ"}', 'HQ'],
  ['', '', '[unknown]'],
  ['text', 'no json', '[text]'],
  ['text', '{"body":42}', '[text]'],
])('a %s %p shows as %p', (type, content, preview) => {
  expect(previewOf(type, content)).toBe(preview)
})

test('a long text is cut, never inside a character', () => {
  const preview = previewOf('text', JSON.stringify({ body: '👍'.repeat(500) }))
  expect([...preview]).toHaveLength(120)
  expect(preview.isWellFormed()).toBe(true)
  expect(preview.endsWith('…')).toBe(true)
})

test('the whole body of ours and the object of a customer show the same content', () => {
  expect(contentOf('text', '{"type":"text","text":{"body":"a"}}')).toEqual({ body: 'a' })
  expect(contentOf('text', '{"body":"a"}')).toEqual({ body: 'a' })
})
