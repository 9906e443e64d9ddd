import { expect, test } from 'bun:test'
import { lastWords } from './last-words.ts'

test('a child’s last words are the last error it logged, with its cause', () => {
  const log = [
    '{"level":"info","msg":"starting"}',
    '{"level":"error","msg":"cannot start","error":{"message":"port 5 is taken"}}',
    '{"level":"info","msg":"stopped"}',
  ]
  expect(lastWords(log.join('\n'))).toBe('cannot start: port 5 is taken')
})

test('every problem of a configuration is in the one line', () => {
  const log = `1 | throw\nConfigError: configuration is not valid:\n  NATS_URL: is required\n  LOG_LEVEL: is not valid\n\n      at x.ts:1`
  expect(lastWords(log)).toBe('configuration is not valid: NATS_URL: is required; LOG_LEVEL: is not valid')
})

test('what was thrown counts when nothing was logged', () => {
  expect(lastWords('12 | throw x\nerror: no such module\n      at a.ts:1\n\nBun v1.4.5 (Linux x64)')).toBe(
    'error: no such module',
  )
})

test('else it is the last line of plain text, or nothing', () => {
  expect(lastWords('{"level":"info","msg":"ready"}')).toBe('')
  expect(lastWords('one\ntwo\n')).toBe('two')
  expect(lastWords('')).toBe('')
})
