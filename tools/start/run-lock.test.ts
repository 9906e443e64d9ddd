import { afterAll, expect, test } from 'bun:test'
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { lockFolder } from './run-lock.ts'

const folder = mkdtempSync(join(tmpdir(), 'palomar-lock-'))
afterAll(() => rmSync(folder, { recursive: true }))

test('a folder that a living run holds is refused, with its process', async () => {
  const owner = spawn(process.execPath, ['-e', 'console.log("runs"); setInterval(() => {}, 1000)'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  // Between fork and exec a process has no command line yet.
  await once(owner.stdout, 'data')
  writeFileSync(join(folder, 'run.pid'), String(owner.pid))
  expect(() => lockFolder(folder)).toThrow(`already runs on ${folder} (process ${owner.pid})`)
  owner.kill('SIGKILL')
})

test('the lock of a run that was killed counts for nothing', () => {
  const gone = spawnSync(process.execPath, ['-e', ''])
  writeFileSync(join(folder, 'run.pid'), String(gone.pid))
  const unlock = lockFolder(folder)
  unlock()
  expect(lockFolder(folder)).toBeFunction()
})
