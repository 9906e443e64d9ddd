import { expect, test } from 'bun:test'
import {
  errorClasses,
  errorPolicy,
  metaErrors,
  metaSubcodes,
  parseGraphError,
  titleOf,
  unknownErrorCounts,
} from '../index.ts'

/** Every code that Meta's pages, its OpenAPI and integrators name; 201 to 299 are all permissions. */
const wanted = [
  0, 1, 2, 3, 4, 10, 17, 33, 100, 102, 104, 190, 192, 200, 368, 506, 613, 803, 1005, 80007, 80008, 130403,
  130429, 130472, 130497, 131000, 131001, 131002, 131005, 131006, 131008, 131009, 131016, 131020, 131021,
  131026, 131030, 131031, 131037, 131041, 131042, 131043, 131044, 131045, 131047, 131048, 131049, 131050,
  131051, 131052, 131053, 131055, 131056, 131057, 131059, 131060, 131061, 131062, 131063, 131064, 131070,
  131201, 131202, 131204, 131207, 131208, 131209, 131210, 131211, 131212, 131213, 131214, 131215, 132000,
  132001, 132005, 132007, 132008, 132012, 132015, 132016, 132018, 132068, 132069, 133000, 133001, 133002,
  133003, 133004, 133005, 133006, 133007, 133008, 133009, 133010, 133015, 133016, 134011, 134100, 134101,
  134102, 134103, 135000, 136024, 136025, 137000, 138000, 138001, 138002, 138003, 138004, 138005, 138006,
  138007, 138009, 138012, 138013, 138018, 139000, 139001, 139002, 139003, 139004, 139100, 139101, 139102,
  139103, 139200, 147001, 147002, 147003, 147004, 147005, 200002, 200005, 200006, 200007, 2388012, 2388019,
  2388023, 2388024, 2388039, 2388040, 2388047, 2388072, 2388073, 2388091, 2388093, 2388103, 2388109, 2388293,
  2388299, 2388318, 2388330, 2494010, 2494100, 2593079, 2593085, 2593107, 2593108,
]

test.each(wanted)('%d is in the catalogue', (code) => {
  expect(metaErrors.get(code)?.code).toBe(code)
})

test('every entry has a class, a cause and advice in three languages that are three', () => {
  for (const entry of [...metaErrors.values(), ...metaSubcodes.values()]) {
    expect(errorClasses).toContain(entry.class)
    expect(entry.title).not.toBe('')
    expect(entry.docs).toStartWith('https://developers.facebook.com/')
    expect(['answer', 'status', 'either', 'inbound']).toContain(entry.arrives)
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
  [131047, 'fix-request'],
  [130472, 'never'],
  [2388299, 'fix-request'],
  [139103, 'retry'],
  [131060, 'never'],
] as const)('M31: %d is of class %s', (code, errorClass) => {
  expect(errorPolicy(code).class).toBe(errorClass)
})

test('M31: marketing that was held back waits a day; an unknown code is never tried again, unless Meta calls it transient', () => {
  expect(errorPolicy(131049).waitMs).toBe(24 * 3_600_000)
  expect(errorPolicy(999_999)).toMatchObject({ code: 999_999, class: 'never' })
  expect(errorPolicy(999_999, { isTransient: true })).toMatchObject({ code: 999_999, class: 'retry' })
  expect(titleOf(999_999)).toBe('Unknown error')
})

test('every permission error is one, and 100 with subcode 33 is a number that is not there', () => {
  expect(errorPolicy(294)).toMatchObject({ code: 294, class: 'token' })
  expect(errorPolicy(100).class).toBe('fix-request')
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

test("a general code with a template's subcode is that subcode's row; a subcode that says nothing changes nothing", () => {
  expect(errorPolicy(100, { subcode: 2388299 })).toMatchObject({
    code: 100,
    subcode: 2388299,
    title: 'Variable at the start or end of the body',
  })
  expect(errorPolicy(200002, { subcode: 2388040 })).toMatchObject({ code: 200002, subcode: 2388040 })
  expect(errorPolicy(190, { subcode: 463 })).toMatchObject({ class: 'token', title: 'Token has expired' })
  expect(errorPolicy(80007, { subcode: 2446079 })).toMatchObject({ class: 'slow-waba' })
  expect(errorPolicy(100, { subcode: 190 })).toEqual(errorPolicy(100))
  expect(errorPolicy(131056, { subcode: 2388299 })).toEqual(errorPolicy(131056))
})

test('unknown codes are counted, and known ones are not', () => {
  const before = unknownErrorCounts().get(987_654) ?? 0
  errorPolicy(987_654)
  errorPolicy(987_654, { isTransient: true })
  errorPolicy(131047)
  expect(unknownErrorCounts().get(987_654)).toBe(before + 2)
  expect(unknownErrorCounts().has(131047)).toBe(false)
  for (let code = 5_000_000; code < 5_001_000; code++) errorPolicy(code)
  expect(unknownErrorCounts().size).toBeLessThanOrEqual(201)
})
