import { spawn } from 'node:child_process'

const startedWithinMs = 300_000
const stoppedWithinMs = 30_000

interface Ready {
  urls: { api: string; simulator: string }
  api_key: string
}

/** `bin/start` of that clone with these options becomes ready, a customer's "hola" appears by the API, and it stops. */
export async function startAndUse(
  clone: string,
  env: Record<string, string>,
  options: string[] = [],
): Promise<void> {
  const ports = ['--gateway-port', '0', '--dashboard-port', '0', '--simulator-port', '0']
  const child = spawn('./bin/start', ['--json', ...ports, ...options], {
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
