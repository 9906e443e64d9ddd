/** Bad input at every edge: one product, and a file for each edge. */
import { afterAll, beforeAll, expect, test } from 'bun:test'
import { api } from './bad-input/api.ts'
import { Edge } from './bad-input/edge.ts'
import { webhook } from './bad-input/webhook.ts'

const edge = new Edge()
beforeAll(() => edge.start(), 180_000)
afterAll(() => edge.product?.stop(), 60_000)

api(edge)
webhook(edge)

test('H1: after all of this, nobody logged a failure of ours or answered 5xx', () => {
  expect(edge.product.errors.filter(({ status }) => status >= 500).map(({ text }) => text)).toEqual([])
  const failures = [...edge.product.logs()].flatMap(([name, log]) =>
    log.split('\n').flatMap((line) => (/"level":"error"/.test(line) ? [`${name}: ${line}`] : [])),
  )
  expect(failures).toEqual([])
})
