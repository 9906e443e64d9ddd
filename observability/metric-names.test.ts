import { expect, test } from 'bun:test'
import { metricNames } from './metric-names.ts'

test('an expression’s metrics are found among functions, labels, strings, ranges and numbers', () => {
  const of = (expression: string) => metricNames(expression).join(' ')
  expect(of('up')).toBe('up')
  expect(of('sum by (le, route) (rate(http_seconds_bucket{route!~"a|b", x="sum"}[5m])) > 1e9')).toBe(
    'http_seconds_bucket',
  )
  expect(of('a_total / on (service) group_left (x) b_total and c offset 5m or max(d) by (e) == 0')).toBe(
    'a_total b_total c d',
  )
  expect(
    of('histogram_quantile(0.95, sum by (le) (rate(x_bucket[5m]))) * 300 > 2 * clamp_min(sum(y), 10)'),
  ).toBe('x_bucket y')
})
