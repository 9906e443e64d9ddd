import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { type Program, type SendRow, sendRows, type Target } from './program.ts'
import { installPywa } from './pywa/install.ts'

const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64')

/** What of the four clients only pywa does. */
export interface GroupsAndCalls {
  /** The request's id. */
  createGroup(target: Target): Promise<string>
  group(target: Target, groupId: string): Promise<{ subject: string; people: string[]; link: string }>
  /** The wamid. */
  sendToGroup(target: Target, groupId: string): Promise<string>
  callPermission(target: Target): Promise<string>
  /** The call's id. */
  dial(target: Target): Promise<string>
  hangUp(target: Target, callId: string): Promise<void>
  /** What it makes of a body about groups' statuses or calls; a customer's call it accepts at once. */
  read(target: Target, body: Uint8Array): Promise<unknown[][]>
}

/** pywa in a Python process of its own; answers come in the order of the questions. */
export async function startPywa(): Promise<Program & GroupsAndCalls & { stop(): void }> {
  const packages = await installPywa()
  const child = spawn('python3', [join(import.meta.dir, 'pywa/program.py')], {
    env: {
      PATH: process.env.PATH,
      PYTHONPATH: packages,
      PYTHONDONTWRITEBYTECODE: '1',
      PYTHONWARNINGS: 'ignore',
    },
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const waiting: ((line: string) => void)[] = []
  const lines = createInterface(child.stdout)
  lines.on('line', (line) => waiting.shift()?.(line))
  lines.on('close', () => {
    for (const tell of waiting.splice(0)) tell(JSON.stringify({ error: 'the Python process has ended' }))
  })

  async function ask<T>(target: Target, what: string, more: Record<string, unknown> = {}): Promise<T> {
    const line = await new Promise<string>((resolve) => {
      waiting.push(resolve)
      child.stdin.write(`${JSON.stringify({ target, what, ...more })}\n`)
    })
    const { ok, error } = JSON.parse(line) as { ok?: T; error?: string }
    if (error !== undefined || ok === undefined) throw new Error(error ?? 'no answer')
    return ok
  }
  async function mustBe(target: Target, what: string): Promise<void> {
    if (!(await ask<boolean>(target, what))) throw new Error(`${what} was refused`)
  }
  const rows = (Object.keys(sendRows) as SendRow[]).filter((row) => row !== 'address')

  return {
    name: 'pywa',
    version: '4.5.0',
    send: Object.fromEntries(
      rows.map((row) => [row, (target: Target) => ask<string>(target, 'send', { row })]),
    ),
    markRead: (target) => mustBe(target, 'markRead'),
    typing: (target) => mustBe(target, 'typing'),
    upload: (target, file, mimeType) => ask(target, 'upload', { file: base64(file), mimeType }),
    download: async (target, mediaId) =>
      new Uint8Array(Buffer.from(await ask<string>(target, 'download', { mediaId }), 'base64')),
    flows: (target, broken, mended) => ask(target, 'flows', { broken, mended }),
    templates: (target) => ask(target, 'templates'),
    verify: (target, body, signature) => ask(target, 'verify', { body: base64(body), signature }),
    parse: (target, body, signature) => ask(target, 'parse', { body: base64(body), signature }),
    createGroup: (target) => ask(target, 'createGroup'),
    group: (target, groupId) => ask(target, 'group', { groupId }),
    sendToGroup: (target, groupId) => ask(target, 'sendToGroup', { groupId }),
    callPermission: (target) => ask(target, 'callPermission'),
    dial: (target) => ask(target, 'dial'),
    async hangUp(target, callId) {
      await ask(target, 'hangUp', { callId })
    },
    read: (target, body) => ask(target, 'groupsAndCalls', { body: base64(body) }),
    stop: () => child.kill(),
  }
}
