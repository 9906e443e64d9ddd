import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { repositoryRoot } from '../servers/index.ts'

export interface Ran {
  code: number | null
  output: string
}

/** Runs a command from a folder of the repository; what it prints is shown as it comes and kept. */
export function command(
  args: string[],
  options: { cwd?: string; env?: Record<string, string> } = {},
): Promise<Ran> {
  const [program = '', ...rest] = args
  return new Promise((resolve) => {
    const child = spawn(program, rest, {
      cwd: join(repositoryRoot, options.cwd ?? '.'),
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...options.env },
    })
    let output = ''
    const show = (bytes: Buffer) => {
      output += bytes
      process.stdout.write(bytes)
    }
    child.stdout.on('data', show)
    child.stderr.on('data', show)
    child.once('error', (error) => resolve({ code: 127, output: error.message }))
    child.once('close', (code) => resolve({ code, output }))
  })
}

/** A script of the workspace's package.json, or of the folder's. */
export const script = (name: string, cwd = '.') => command([process.execPath, 'run', name], { cwd })

/** A tool of node_modules, run by Bun whatever its first line says. */
export const tool = (name: string, args: string[], cwd = '.') =>
  command([process.execPath, '--bun', join(repositoryRoot, 'node_modules/.bin', name), ...args], { cwd })

/** Work of our own, as if it were a command: it holds when it does not throw. */
export async function running(work: () => Promise<void>): Promise<Ran> {
  try {
    await work()
    return { code: 0, output: '' }
  } catch (error) {
    console.error((error as Error).message)
    return { code: 1, output: '' }
  }
}
