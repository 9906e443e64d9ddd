import { afterAll, expect, test } from 'bun:test'
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from '../../servers/index.ts'
import { binStart } from './bin-start.ts'

const folder = mkdtempSync(join(tmpdir(), 'palomar-refusals-'))
// Postgres may run as another user, who must be able to walk in.
chmodSync(folder, 0o711)
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** What bin/start says last, on a folder of its own. */
async function start(name: string, args: string[], env: Record<string, string> = {}) {
  const data = join(folder, name)
  const run = binStart(data, args, env)
  return { status: await run.ended, lastLine: run.lastLine(), out: run.out(), data }
}

/** Whoever held the folder has let go, and its Postgres, if there was one, is gone. */
function expectNothingLeft(data: string) {
  expect(existsSync(join(data, 'run.pid'))).toBe(false)
  const postmaster = join(data, 'postgres/postmaster.pid')
  expect(existsSync(postmaster) ? readFileSync(postmaster, 'utf8') : 'gone').toBe('gone')
}

test('a port in use is one line that names the option, and nothing is started', async () => {
  const taken = createServer()
  const port = await new Promise<number>((resolve) => {
    taken.listen(0, '127.0.0.1', () => resolve((taken.address() as { port: number }).port))
  })
  const { status, lastLine, data } = await start('port', [`--gateway-port=${port}`])
  taken.close()
  expect(status).toBe(1)
  expect(lastLine).toBe(
    `port ${port} for the gateway is in use: stop what uses it, or choose another with --gateway-port`,
  )
  expectNothingLeft(data)
})

test('a database that cannot be reached is one line without its password, and the rest is stopped', async () => {
  const port = await freePort()
  const DATABASE_URL = `postgres://palomar:s3cret@127.0.0.1:${port}/palomar`
  const { status, lastLine, data } = await start('database', [], { DATABASE_URL })
  expect(status).toBe(1)
  expect(lastLine).toBe(`DATABASE_URL names 127.0.0.1:${port}, and nothing answers there`)
  expectNothingLeft(data)
})

test('every wrong value of the environment is in one line', async () => {
  const wrong = { DATABASE_URL: 'mysql://localhost/x', NATS_URL: 'localhost' }
  const { status, lastLine, data } = await start('wrong', [], wrong)
  expect(status).toBe(1)
  expect(lastLine).toBe(
    'DATABASE_URL must be a URL that begins with postgres:// or postgresql://; NATS_URL must be a URL that begins with nats:// or tls://',
  )
  expectNothingLeft(data)
})

test('a server that is missing and cannot be installed is one line, and the Postgres that ran is stopped', async () => {
  const { status, lastLine, data } = await start('missing', [], {
    PATH: `${join(process.execPath, '..')}:/bin`,
    PALOMAR_IGNORE_SYSTEM_SERVERS: '1',
    PALOMAR_TOOLS_DIR: join(folder, 'tools'),
    PIP_INDEX_URL: 'http://127.0.0.1:1/',
    PIP_RETRIES: '0',
    PIP_NO_INDEX: '1',
    PIP_FIND_LINKS: folder,
  })
  expect(status).toBe(1)
  expect(lastLine).toStartWith('nats-server 2.11 or newer is not on PATH and could not be installed: ')
  expectNothingLeft(data)
}, 120_000)

test('a wrong option is one line', async () => {
  const { status, lastLine } = await start('option', ['--gateway-port=x'])
  expect(status).toBe(1)
  expect(lastLine).toBe('--gateway-port must be a port from 0 to 65535, not "x"')
})

test('--help says what there is and starts nothing', async () => {
  const { status, out, data } = await start('help', ['--help'])
  expect(status).toBe(0)
  expect(out).toContain('--no-simulator')
  expect(existsSync(data)).toBe(false)
})
