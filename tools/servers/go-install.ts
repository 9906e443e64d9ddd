import { spawn } from 'node:child_process'
import { findProgram } from './programs.ts'

/** Builds one Go program at a pinned version (Go checks it against its checksum database). False when it cannot. */
export async function installWithGo(module: string, folder: string): Promise<boolean> {
  const go = findProgram('go')
  if (!go) return false
  const child = spawn(go, ['install', module], {
    stdio: 'ignore',
    env: { ...process.env, GOBIN: folder, GOFLAGS: '-buildvcs=false' },
  })
  return new Promise((resolve) => {
    child.once('error', () => resolve(false))
    child.once('close', (code) => resolve(code === 0))
  })
}
