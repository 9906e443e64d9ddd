import { afterAll, expect, test } from 'bun:test'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connectBus, operatorUser, provision } from '@palomar/bus'
import { areas, services, streams } from '@palomar/contracts'
import { eventually, silentLogger } from '@palomar/testkit'
import { freePort, startChild } from '../servers/index.ts'
import { natsProgram } from '../servers/nats-program.ts'
import { chartNatsConfig } from './nats-conf.ts'
import { secretManifests } from './secret-manifests.ts'

const folder = mkdtempSync(join(tmpdir(), 'palomar-nats-conf-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

test('CONTRACTS 7: an evaluation’s NATS lets each service in with its own password and its own subjects alone', async () => {
  const port = await freePort()
  const config = join(folder, 'nats.conf')
  const placed = chartNatsConfig().replace('"0.0.0.0:4222"', `"127.0.0.1:${port}"`)
  writeFileSync(config, placed.replace('"/data"', JSON.stringify(join(folder, 'data'))))
  const passwords = secretManifests({ evaluation: true, namespace: 'palomar' }).find(
    ({ metadata }) => metadata.name === 'palomar-nats',
  )?.stringData as Record<string, string>
  const env = Object.fromEntries(
    [operatorUser, ...services].map((name) => [
      `NATS_${name.toUpperCase()}`,
      passwords[`${name}-password`] ?? '',
    ]),
  )
  const child = startChild({
    name: 'NATS',
    command: await natsProgram(),
    args: ['--config', config],
    env: { PATH: '/usr/bin:/bin', ...env },
    logFile: join(folder, 'nats.log'),
  })
  const servers = `nats://127.0.0.1:${port}`
  const pass = (name: string) => passwords[`${name}-password`]
  try {
    await eventually(() =>
      provision({
        servers,
        user: operatorUser,
        pass: pass(operatorUser),
        logger: silentLogger,
        connectTimeoutMs: 2_000,
      }),
    )
    const login = { servers, user: 'media', name: 'media', logger: silentLogger }
    const bus = await connectBus({ ...login, pass: pass('media') })
    await expect(bus.publisher(areas.ingest).publish([{ payload: undefined } as never])).rejects.toThrow()
    await bus.close()
    await expect(connectBus({ ...login, pass: pass('inbox'), connectTimeoutMs: 1_000 })).rejects.toThrow()
  } finally {
    await child.stop()
  }
}, 60_000)

test('its room is enough for what the streams reserve', () => {
  const reserved = streams
    .filter(({ storage }) => storage === 'file')
    .reduce((sum, { maxBytes }) => sum + maxBytes, 0)
  const [, room = 0] = /max_file_store: (\d+)GB/.exec(chartNatsConfig()) ?? []
  expect(Number(room) * 2 ** 30).toBeGreaterThan(reserved)
})
