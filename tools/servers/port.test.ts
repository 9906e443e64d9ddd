import { expect, test } from 'bun:test'
import { createServer } from 'node:net'
import { freePort, isListening, isPortFree } from './port.ts'

test('free ports are free, all different, and not among those that outgoing connections get', async () => {
  const ports = await Promise.all(Array.from({ length: 50 }, freePort))
  expect(new Set(ports).size).toBe(50)
  expect(ports.filter((port) => port >= 32_768)).toEqual([])
})

test('a port that someone listens on is not free', async () => {
  const port = await freePort()
  expect([await isPortFree(port), await isListening('127.0.0.1', port)]).toEqual([true, false])
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  expect([await isPortFree(port), await isListening('127.0.0.1', port)]).toEqual([false, true])
  server.close()
})
