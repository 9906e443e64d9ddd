import { randomInt } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const lowest = 20_000
const given = new Set<number>()
const claims = join(tmpdir(), 'palomar-ports')

/**
 * A loopback port that is free, and that the system hands to nobody: it gives outgoing connections ports of its own
 * range, so one from there may be gone by the time a server binds it. Never the same twice in a process, nor
 * what another process of ours has been given and may bind in a moment.
 */
export async function freePort(): Promise<number> {
  const end = firstOutgoingPort()
  for (let tries = 0; tries < 100 && end - lowest > 1000; tries++) {
    const port = randomInt(lowest, end)
    if (given.has(port) || !(await isPortFree(port)) || !claim(port)) continue
    given.add(port)
    return port
  }
  return anyFreePort()
}

/** A file per port with its holder's pid; a claim ends with its process. Where none can be written there are none. */
function claim(port: number): boolean {
  const file = join(claims, String(port))
  try {
    mkdirSync(claims, { recursive: true, mode: 0o1777 })
    writeFileSync(file, String(process.pid), { flag: 'wx', mode: 0o666 })
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') return true
  }
  return !isAlive(Number(readFileSync(file, 'utf8'))) && takeOver(file)
}

function takeOver(file: string): boolean {
  try {
    writeFileSync(file, String(process.pid))
    return true
  } catch {
    return false
  }
}

function isAlive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    // It lives, and is somebody else's.
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

function firstOutgoingPort(): number {
  try {
    return Number(readFileSync('/proc/sys/net/ipv4/ip_local_port_range', 'utf8').split(/\s+/)[0])
  } catch {
    // What macOS and the BSDs begin with.
    return 49_152
  }
}

function anyFreePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() =>
        address && typeof address === 'object' ? resolve(address.port) : reject(new Error('no port')),
      )
    })
  })
}

/** Whether something can be bound to this loopback port now. */
export function isPortFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)))
  })
}

/** Connects, sends `say` if given, and resolves with the first bytes that come back; undefined on any failure. */
export function askPort(
  host: string,
  port: number,
  say: string | undefined,
  deadlineMs = 1000,
): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = connect({ host, port })
    const end = (answer: string | undefined) => {
      socket.destroy()
      resolve(answer)
    }
    socket.setTimeout(deadlineMs, () => end(undefined))
    socket.once('error', () => end(undefined))
    socket.once('close', () => end(undefined))
    socket.once('connect', () => {
      if (say !== undefined) socket.write(say)
    })
    socket.once('data', (bytes) => end(bytes.toString('latin1')))
  })
}

/** Whether anyone accepts a connection there. */
export function isListening(host: string, port: number, deadlineMs = 3000): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port })
    const end = (answer: boolean) => {
      socket.destroy()
      resolve(answer)
    }
    socket.setTimeout(deadlineMs, () => end(false))
    socket.once('error', () => end(false))
    socket.once('connect', () => end(true))
  })
}
