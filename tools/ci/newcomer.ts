import { spawn, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { repositoryRoot } from '../servers/index.ts'
import { findProgram } from '../servers/programs.ts'
import { running } from './command.ts'
import { check } from './step.ts'

// Shell, coreutils (those that exist here), git, Python and Bun: all that a newcomer's machine is assumed to have.
const programs = `sh bash git
  basename cat chmod chown cp cut date dirname echo env expr false head id install ln ls mkdir mktemp mv nproc od printf
  pwd readlink realpath rm rmdir seq sha256sum sleep sort stat tail tee test touch tr true uname uniq wc whoami`.split(
  /\s+/,
)

const startedWithinMs = 300_000
const stoppedWithinMs = 30_000

interface Ready {
  urls: { api: string; simulator: string }
  api_key: string
}

/**
 * README's two commands in an empty clone and an empty environment, none of the data stores' programs on its PATH nor
 * where systems keep them: what is missing must be fetched, and said when it cannot be.
 */
export const newcomer = check(
  'a newcomer’s machine: bin/start and bin/test in an empty clone and environment',
  () =>
    running(async () => {
      const folder = mkdtempSync(join(tmpdir(), 'palomar-newcomer-'))
      try {
        const clone = join(folder, 'palomar')
        const cloned = spawnSync('git', ['clone', '--quiet', '--no-hardlinks', repositoryRoot, clone])
        if (cloned.status !== 0) throw new Error(`git clone: ${cloned.stderr}`)
        const env = { HOME: join(folder, 'home'), PATH: barePath(folder), PALOMAR_IGNORE_SYSTEM_SERVERS: '1' }
        mkdirSync(env.HOME)
        await startAndUse(clone, env)
        await testOneRoom(clone, env)
      } finally {
        rmSync(folder, { recursive: true, force: true })
      }
    }),
)

/** A folder with nothing but those programs. */
function barePath(folder: string): string {
  const bin = join(folder, 'bin')
  mkdirSync(bin)
  for (const name of programs) {
    const path = findProgram(name, ['/usr/bin', '/bin'])
    if (path) symlinkSync(path, join(bin, name))
  }
  symlinkSync(process.execPath, join(bin, 'bun'))
  // The interpreter itself: what PATH calls python3 may be a version manager's shim.
  const python = spawnSync('python3', ['-c', 'import sys; print(sys.executable)'], { encoding: 'utf8' })
  if (python.status === 0) symlinkSync(realpathSync(python.stdout.trim()), join(bin, 'python3'))
  return bin
}

async function startAndUse(clone: string, env: Record<string, string>): Promise<void> {
  const ports = ['--gateway-port', '0', '--dashboard-port', '0', '--simulator-port', '0']
  const child = spawn('./bin/start', ['--json', ...ports], {
    cwd: clone,
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const exited = new Promise<number | null>((resolve) => child.once('exit', resolve))
  const timer = setTimeout(() => child.kill('SIGTERM'), startedWithinMs)
  try {
    const line = await Promise.race([firstLine(child.stdout), exited.then((code) => `ended with ${code}`)])
    if (!line.startsWith('{')) throw new Error(`bin/start ${line}`)
    await sayHola(JSON.parse(line) as Ready)
  } finally {
    clearTimeout(timer)
    child.kill('SIGTERM')
    const killer = setTimeout(() => child.kill('SIGKILL'), stoppedWithinMs)
    const code = await exited
    clearTimeout(killer)
    if (code !== 0) console.error(`bin/start ended with ${code} when it was asked to stop`)
  }
}

async function firstLine(stream: NodeJS.ReadableStream): Promise<string> {
  let text = ''
  for await (const chunk of stream) {
    text += chunk
    const end = text.indexOf('\n')
    if (end >= 0) return text.slice(0, end)
  }
  return text || 'said nothing'
}

/** A customer writes; within ten seconds the API shows the conversation. */
async function sayHola({ urls, api_key }: Ready): Promise<void> {
  const body = JSON.stringify({ phone_number_id: '100000000000001', wa_id: '573001112233', text: 'hola' })
  await fetch(`${urls.simulator}/control/write`, { method: 'POST', body })
  for (let tries = 0; tries < 100; tries += 1) {
    const headers = { authorization: `Bearer ${api_key}` }
    const answer = await (await fetch(`${urls.api}/conversations`, { headers })).text()
    if (answer.includes('"last_message_preview":"hola"')) return
    await Bun.sleep(100)
  }
  throw new Error('"hola" never appeared in the inbox')
}

async function testOneRoom(clone: string, env: Record<string, string>): Promise<void> {
  const ran = spawnSync('./bin/test', ['packages/ratelimit', 'packages/errors'], {
    cwd: clone,
    env,
    encoding: 'utf8',
  })
  const last = ran.stdout.trimEnd().split('\n').at(-1) ?? ''
  console.log(`bin/test packages/ratelimit packages/errors: ${last}`)
  if (ran.status !== 0 || !/^\d+ passed, 0 failed$/.test(last))
    throw new Error(`bin/test failed:\n${ran.stdout.slice(-2_000)}`)
}
