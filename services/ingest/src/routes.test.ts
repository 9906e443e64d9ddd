import { expect, test } from 'bun:test'
import { type Id, newId } from '@palomar/contracts'
import { appError } from '@palomar/errors'
import { heldClock } from '@palomar/testkit'
import type { Route, RouteKey } from './domain/route.ts'
import { createRoutes } from './routes.ts'

const key: RouteKey = { phoneNumberId: '4', wabaId: '3' }
const routeOf = (tenantId: Id<'tenant'> = newId('tenant')): Route => ({
  tenantId,
  numberId: 'num_a',
  phoneNumberId: '4',
  wabaId: '3',
  portfolioId: 'pfl_a',
  appIds: new Set(['app_a']),
})

function rig(answer: Route | null = routeOf()) {
  const clock = heldClock()
  const state = {
    answer: answer ?? undefined,
    asked: 0,
    away: false,
    gate: Promise.resolve(),
  } as { answer: Route | undefined; asked: number; away: boolean; gate: Promise<void> }
  const routes = createRoutes({
    clock,
    ask: async () => {
      state.asked++
      const { answer } = state
      await state.gate
      if (state.away) throw appError('unavailable')
      return answer
    },
  })
  return { clock, state, routes }
}

test('an answer serves until its end, "nobody has it" only for seconds', async () => {
  const { clock, state, routes } = rig()
  await routes.get(key)
  clock.advance(29_000)
  expect(await routes.get(key)).toBe(state.answer)
  expect(state.asked).toBe(1)
  clock.advance(2_000)
  await routes.get(key)
  expect(state.asked).toBe(2)
  state.answer = undefined
  clock.advance(31_000)
  expect(await routes.get(key)).toBeUndefined()
  state.answer = routeOf()
  clock.advance(4_000)
  expect(await routes.get(key)).toBeUndefined()
  clock.advance(2_000)
  expect(await routes.get(key)).toBe(state.answer)
})

test('CONTRACTS 15: not to know is never "nobody has it"; what was known serves on while tenancy is away', async () => {
  const { clock, state, routes } = rig()
  const known = await routes.get(key)
  state.away = true
  clock.advance(60_000)
  expect(await routes.get(key)).toBe(known)
  await expect(routes.get({ phoneNumberId: '5', wabaId: '3' })).rejects.toMatchObject({ code: 'unavailable' })
  clock.advance(700_000)
  await expect(routes.get(key)).rejects.toMatchObject({ code: 'unavailable' })
})

test('a number’s event drops its route and its account’s, a company’s event all of its routes', async () => {
  const { state, routes } = rig()
  const waba = { phoneNumberId: '', wabaId: '3' }
  await Promise.all([routes.get(key), routes.get(waba), routes.get({ phoneNumberId: '9', wabaId: '8' })])
  routes.dropNumber('4', '3')
  expect(routes.size).toBe(1)
  await routes.get(key)
  expect(state.asked).toBe(4)
  routes.dropTenant(state.answer?.tenantId ?? '')
  expect(routes.size).toBe(0)
})

test('an answer that was on its way when the event came is not kept, nor given to whoever asks after it', async () => {
  const { state, routes } = rig(null)
  let open: () => void = () => {}
  state.gate = new Promise((resolve) => {
    open = resolve
  })
  const before = routes.get(key)
  state.answer = routeOf()
  routes.dropNumber('4', '3')
  const after = routes.get(key)
  open()
  expect(await before).toBeUndefined()
  expect(await after).toBe(state.answer)
  expect(await routes.get(key)).toBe(state.answer)
})

test('many who ask for one number at once are one question', async () => {
  const { state, routes } = rig()
  await Promise.all(Array.from({ length: 100 }, () => routes.get(key)))
  expect(state.asked).toBe(1)
  await routes.fresh(key)
  expect(state.asked).toBe(2)
})
