import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { repositoryRoot } from '../servers/index.ts'
import { findProgram } from '../servers/programs.ts'
import { running } from './command.ts'
import { startAndUse } from './start-and-use.ts'
import { check } from './step.ts'

// Shell, coreutils (those that exist here), git, Python and Bun: all that a newcomer's machine is assumed to have.
const programs = `sh bash git
  basename cat chmod chown cp cut date dirname echo env expr false head id install ln ls mkdir mktemp mv nproc od printf
  pwd readlink realpath rm rmdir seq sha256sum sleep sort stat tail tee test touch tr true uname uniq wc whoami`.split(
  /\s+/,
)

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
