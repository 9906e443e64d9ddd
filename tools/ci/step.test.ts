import { expect, test } from 'bun:test'
import { check, counted } from './step.ts'

const ran =
  (code: number, output = '') =>
  async () => ({ code, output })

test('a check holds when all its commands do, and stops at the first that does not', async () => {
  let wentOn = false
  const last = async () => {
    wentOn = true
    return { code: 0, output: '' }
  }
  expect(await check('', ran(0), ran(0)).run()).toEqual({ passed: 1, failed: 0 })
  expect(await check('', ran(2), last).run()).toEqual({ passed: 0, failed: 1 })
  expect(wentOn).toBe(false)
})

test('tests are counted by their closing line', async () => {
  expect(await counted('', ran(1, 'x\n7 passed, 2 failed\n')).run()).toMatchObject({ passed: 7, failed: 2 })
})

test('a run that claims no failure but ends badly, or says nothing, has one', async () => {
  expect((await counted('', ran(1, '7 passed, 0 failed\n')).run()).failed).toBe(1)
  expect((await counted('', ran(0, 'nothing')).run()).failed).toBe(1)
})
