import { expect, test } from 'bun:test'
import { parseOptions } from './options.ts'

test('without options everything starts on the ports that --help names', () => {
  expect(parseOptions([])).toMatchObject({
    ports: { gateway: 8080, dashboard: 3000, simulator: 4010 },
    demo: true,
    simulator: true,
    dashboard: true,
    json: false,
  })
})

test('without the simulator there is no demo company: its number would not exist', () => {
  expect(parseOptions(['--no-simulator'])).toMatchObject({ demo: false, simulator: false })
})

test.each(['eighty', '-1', '65536', '80.5', ''])('a port "%s" is refused by its option’s name', (port) => {
  expect(() => parseOptions([`--gateway-port=${port}`])).toThrow(
    /^--gateway-port must be a port from 0 to 65535/,
  )
})

test('an unknown option is refused in one line that names --help', () => {
  expect(() => parseOptions(['--nonsense'])).toThrow(/^[^\n]*nonsense[^\n]*\(--help lists the options\)$/)
})
