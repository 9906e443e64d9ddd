import { expect, test } from 'bun:test'
import { newId } from './ids.ts'
import { mediaNamedIn } from './media-in-content.ts'

const file = newId('media')

test('a file of ours is found where Meta takes a file: in the object itself, or in a header', () => {
  const parameter = { type: 'image', image: { id: file } }
  expect(mediaNamedIn({ id: file, caption: 'hola' })).toBe(file)
  expect(mediaNamedIn({ name: 'promo', components: [{ type: 'header', parameters: [parameter] }] })).toBe(
    file,
  )
  expect(mediaNamedIn({ type: 'button', header: { type: 'document', document: { id: file } } })).toBe(file)
})

test('Meta’s own ids, addresses, and what is no such object name none', () => {
  for (const content of [
    { id: '1234567890' },
    { link: 'https://example.test/a.png' },
    { body: file },
    { components: 'x', header: null },
    { components: [null, { parameters: [{ type: 'text', text: file }] }] },
  ])
    expect(mediaNamedIn(content)).toBeUndefined()
})
