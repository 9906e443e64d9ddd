import { expect, test } from 'bun:test'
import { newId } from '@palomar/contracts'
import { filesIn, mayNameFiles, withMetaIds } from './media-ids.ts'

const [a, b] = [newId('media'), newId('media')]

test('files are found wherever Meta takes a media id, and nowhere else', () => {
  const content = {
    type: 'template',
    template: {
      name: 'offer',
      components: [
        { type: 'header', parameters: [{ type: 'image', image: { id: a } }] },
        { type: 'body', parameters: [{ type: 'text', text: a }] },
      ],
    },
    interactive: {
      header: { type: 'video', video: { id: b } },
      action: { buttons: [{ reply: { id: a, title: 'x' } }] },
    },
    document: { id: '123456', filename: a },
  }
  expect(filesIn(content).map(({ id, path }) => [id, path])).toEqual([
    [a, 'template.components[0].parameters[0].image.id'],
    [b, 'interactive.header.video.id'],
  ])
  const changed = JSON.stringify(
    withMetaIds(
      content,
      new Map([
        [a, '1'],
        [b, '2'],
      ]),
    ),
  )
  expect(changed).toContain('"image":{"id":"1"}')
  expect(changed).toContain('"video":{"id":"2"}')
  // A button's id is the caller's own word, whatever it looks like.
  expect(changed).toContain(`"reply":{"id":"${a}"`)
  expect(JSON.stringify(content)).toContain(`"image":{"id":"${a}"}`)
})

test('a text message is never looked into', () => {
  expect(mayNameFiles({ type: 'text', content: `{"text":{"body":"\\"med_"}}` })).toBe(false)
  expect(mayNameFiles({ type: 'image', content: '{"image":{"id":"1234"}}' })).toBe(false)
  expect(mayNameFiles({ type: 'image', content: `{"image":{"id":"${a}"}}` })).toBe(true)
})
