import { expect, test } from 'bun:test'
import { errorClasses, errorPolicy, metaErrors, parseGraphError, titleOf } from '../index.ts'

const wanted = [
  0, 1, 2, 3, 4, 10, 100, 131000, 131005, 131008, 131009, 131016, 131021, 131026, 131030, 131031, 131042,
  131045, 131047, 131048, 131049, 131050, 131051, 131052, 131053, 131056, 130429, 132000, 132001, 132005,
  132007, 132012, 132015, 132016, 133010, 190, 200, 368, 80007,
]

test.each(wanted)('%d is in the catalogue', (code) => {
  expect(metaErrors.get(code)?.code).toBe(code)
})

test('every entry has a class, a cause and advice in three languages that are three', () => {
  for (const entry of metaErrors.values()) {
    expect(errorClasses).toContain(entry.class)
    expect(entry.title).not.toBe('')
    const advice = [entry.advice.es, entry.advice.pt, entry.advice.en]
    expect(advice.every((text) => text.length > 20)).toBe(true)
    expect(new Set(advice).size).toBe(3)
  }
})

test.each([
  [131000, 'retry'],
  [130429, 'slow-number'],
  [131056, 'slow-pair'],
  [80007, 'slow-waba'],
  [4, 'slow-app'],
  [131049, 'defer'],
  [133010, 'pause-number'],
  [131031, 'pause-waba'],
  [132015, 'pause-template'],
  [190, 'token'],
  [131026, 'suppress'],
  [131050, 'suppress-marketing'],
  [131047, 'fail'],
] as const)('M31: %d is of class %s', (code, errorClass) => {
  expect(errorPolicy(code).class).toBe(errorClass)
})

test('M31: marketing that was held back waits a day; an unknown code fails, unless Meta calls it transient', () => {
  expect(errorPolicy(131049).waitMs).toBe(24 * 3_600_000)
  expect(errorPolicy(999_999)).toMatchObject({ code: 999_999, class: 'fail' })
  expect(errorPolicy(999_999, { isTransient: true })).toMatchObject({ code: 999_999, class: 'retry' })
  expect(titleOf(999_999)).toBe('Unknown error')
})

test('every permission error is one, and 100 with subcode 33 is a number that is not there', () => {
  expect(errorPolicy(294)).toMatchObject({ code: 294, class: 'token' })
  expect(errorPolicy(100).class).toBe('fail')
  expect(errorPolicy(100, { subcode: 33 }).class).toBe('pause-number')
})

test("Graph's error is read with details as an object, as text, or missing", () => {
  const error = {
    message: '(#131008) Required parameter is missing',
    type: 'OAuthException',
    code: 131008,
    fbtrace_id: 'A',
  }
  const read = {
    code: 131008,
    title: 'Required parameter is missing',
    type: 'OAuthException',
    isTransient: false,
    traceId: 'A',
  }
  expect(parseGraphError({ error: { ...error, error_data: { details: 'body' } } })).toEqual({
    ...read,
    details: 'body',
  })
  expect(parseGraphError({ error: { ...error, error_data: 'body' } })).toEqual({ ...read, details: 'body' })
  expect(parseGraphError({ error: { ...error, error_subcode: 33, is_transient: true } })).toEqual({
    ...read,
    details: '',
    subcode: 33,
    isTransient: true,
  })
})

test.each([undefined, null, 'error', {}, { error: null }, { error: {} }, { error: { code: 'x' } }])(
  '%j holds no error',
  (json) => {
    expect(parseGraphError(json)).toBeUndefined()
  },
)
