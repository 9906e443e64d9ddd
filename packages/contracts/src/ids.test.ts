import { expect, test } from 'bun:test'
import { createHash, randomBytes } from 'node:crypto'
import { fromUUID } from 'typeid-js'
import { base32Of } from './id-text.ts'
import { eventIdOf, idFromUuid, mediaIdOfMessage, newId, parseId, uuidOf, uuidOfFact } from './ids.ts'

const uuidText = (bytes: Uint8Array) =>
  Buffer.from(bytes)
    .toString('hex')
    .replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')

test('the text of an id is the one of the TypeID specification, whatever its bytes', () => {
  const edges = [0x00, 0xff, 0x80, 0x01].map((byte) => new Uint8Array(16).fill(byte))
  for (const bytes of [...edges, ...Array.from({ length: 2_000 }, () => randomBytes(16))]) {
    expect(`evt_${base32Of(bytes)}`).toBe(fromUUID(uuidText(bytes), 'evt') as string)
  }
})

test('CONTRACTS 3: a fact has the id that it has always had', () => {
  const parts = ['number', 'wamid.é', '', '1:2']
  const hash = createHash('sha256')
  for (const part of parts) hash.update(`${Buffer.byteLength(part)}:`).update(part)
  const bytes = hash.digest().subarray(0, 16)
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x80
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80
  expect(uuidOfFact(...parts) as string).toBe(uuidText(bytes))
  expect(eventIdOf(...parts)).toBe(idFromUuid('event', uuidText(bytes)))
  expect(uuidOf(eventIdOf(...parts))).toBe(uuidOfFact(...parts))
})

test('CONTRACTS 3: parts are kept apart', () => {
  const ids = [['ab', 'c'], ['a', 'bc'], ['abc'], ['a', 'b', 'c'], ['abc', '']].map((parts) =>
    eventIdOf(...parts),
  )
  expect(new Set(ids).size).toBe(ids.length)
})

test('ids are parsed with their kind, and sort by the time they were made', () => {
  const first = newId('message')
  expect(parseId('message', first)).toBe(first)
  expect(parseId('user', first)).toBeUndefined()
  for (const text of [
    '',
    'msg_',
    'msg_x',
    `${first}0`,
    first.toUpperCase(),
    'msg_8zzzzzzzzzzzzzzzzzzzzzzzzz',
  ]) {
    expect(parseId('message', text)).toBeUndefined()
  }
})

test('a message’s file has one id, known from the message alone; a type without file has none', () => {
  const message = uuidOf(newId('message'))
  expect(mediaIdOfMessage('image', message)).toBe(mediaIdOfMessage('audio', message))
  expect(mediaIdOfMessage('image', message)).toStartWith('med_')
  expect(mediaIdOfMessage('image', uuidOf(newId('message')))).not.toBe(mediaIdOfMessage('image', message))
  expect(mediaIdOfMessage('text', message)).toBeUndefined()
})
