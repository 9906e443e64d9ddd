import { expect, test } from 'bun:test'
import { countOf, type Summary, verdictsOf } from './summary.ts'

const summary: Summary = {
  metrics: {
    'http_req_duration{journey:rest}': {
      values: { 'p(95)': 120, max: 300 },
      thresholds: { 'p(95)<1500': { ok: true } },
    },
    'checks{journey:socket}': {
      values: { rate: 0, passes: 0, fails: 0 },
      thresholds: { 'rate>0.99': { ok: true } },
    },
    webhook_to_screen: { values: { 'p(95)': 9000, max: 9000 }, thresholds: { 'p(95)<3000': { ok: false } } },
    webhooks_stored: { values: { count: 7, rate: 1 } },
  },
}

test('each threshold has its verdict and what was measured; a journey that was never made fails', () => {
  expect(verdictsOf(summary)).toEqual([
    { threshold: 'http_req_duration{journey:rest} p(95)<1500', ok: true, value: 120 },
    { threshold: 'checks{journey:socket} rate>0.99', ok: false, value: undefined },
    { threshold: 'webhook_to_screen p(95)<3000', ok: false, value: 9000 },
  ])
  expect([countOf(summary, 'webhooks_stored'), countOf(summary, 'nothing')]).toEqual([7, 0])
})
