import { describe, expect, test } from 'bun:test'
import { newId } from '@palomar/contracts'
import fc from 'fast-check'
import { buildEcho, echoLengthMax, echoMatches, parseEcho } from './echo.ts'

const n = fc.integer({ min: 1, max: 999_999_999 })

describe('the echo', () => {
  test('CONTRACTS 18: what is built is read back, whatever the caller put in his own value', () => {
    fc.assert(
      fc.property(n, fc.string({ maxLength: 600 }), (attempt, theirs) => {
        const messageId = newId('message')
        const echo = buildEcho({ messageId, n: attempt }, theirs)
        expect(parseEcho(echo)).toEqual({ messageId, n: attempt })
      }),
    )
  })
  test('CONTRACTS 18: it never exceeds 512; the caller’s value travels whole or not at all', () => {
    fc.assert(
      fc.property(n, fc.string({ maxLength: 600, unit: 'binary' }), (attempt, theirs) => {
        const ours = buildEcho({ messageId: newId('message'), n: attempt }, '')
        const echo = buildEcho({ messageId: newId('message'), n: attempt }, theirs)
        expect(echo.length).toBeLessThanOrEqual(echoLengthMax)
        if (echo.length !== ours.length) expect(echo.slice(ours.length)).toBe(`|${theirs}`)
        else expect(theirs === '' || ours.length + 1 + theirs.length > echoLengthMax).toBe(true)
      }),
    )
  })
  test('CONTRACTS 18: his value may hold our own signs: only the first | divides', () => {
    const messageId = newId('message')
    expect(parseEcho(buildEcho({ messageId, n: 2 }, 'a|msg_x~9|b'))).toEqual({ messageId, n: 2 })
  })
  test('CONTRACTS 18: what is not exactly ours is nobody’s', () => {
    const id = newId('message')
    for (const text of [
      '',
      '|',
      id,
      `${id}~`,
      `${id}~0`,
      `${id}~01`,
      `${id}~-1`,
      `${id}~1 `,
      ` ${id}~1`,
      `${id}~9999999999`,
    ]) {
      expect(parseEcho(text)).toBeUndefined()
    }
    expect(parseEcho(`${newId('number')}~1`)).toBeUndefined()
    fc.assert(fc.property(fc.string(), (text) => parseEcho(text) === undefined))
  })
  test('CONTRACTS 18: it counts only for the same tenant and number, and an empty or equal wamid', () => {
    const status = { tenantId: 't', numberId: 'n', wamid: 'w' }
    expect(echoMatches({ tenantId: 't', numberId: 'n', wamid: null }, status)).toBe(true)
    expect(echoMatches({ tenantId: 't', numberId: 'n', wamid: 'w' }, status)).toBe(true)
    expect(echoMatches({ tenantId: 't', numberId: 'n', wamid: 'other' }, status)).toBe(false)
    expect(echoMatches({ tenantId: 'other', numberId: 'n', wamid: null }, status)).toBe(false)
    expect(echoMatches({ tenantId: 't', numberId: 'other', wamid: null }, status)).toBe(false)
    expect(echoMatches({ tenantId: 't', numberId: 'n', wamid: null }, { ...status, wamid: '' })).toBe(false)
  })
})
