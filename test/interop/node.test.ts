/** A Node program with the official client against our server under Bun. */
import { afterAll, expect, test } from 'bun:test'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { numbersV1 } from '@palomar/contracts'
import { appError } from '@palomar/errors'
import { createServer, signCaller, signingKeyFromSeed, staticCallerKeys } from '@palomar/rpc'
import { silentLogger } from '@palomar/testkit'
import { Product } from '../product.ts'

const root = join(import.meta.dir, '../..')
const guide = readFileSync(join(root, 'docs/grpc.md'), 'utf8')
const folders: string[] = []
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true })
})

const hasNode = spawnSync('node', ['--version']).status === 0
// Skipped by its name where there is no Node; in CI there must be one.
const withNode = hasNode || process.env.CI === 'true' ? test : test.skip

withNode(
  'O13: Node’s client has unary calls, streams, error trailers and 4 MiB from our server',
  async () => {
    const key = await signingKeyFromSeed(Buffer.alloc(32, 5).toString('base64'))
    const server = createServer({
      service: 'tenancy',
      port: 0,
      logger: silentLogger,
      callerKeys: staticCallerKeys({ keys: [key.publicJwk] }),
    })
    server.add(
      { getNumber: numbersV1.NumbersServiceService.getNumber },
      {
        async getNumber({ id }) {
          if (id !== 'num_refused') return numbersV1.Number.fromPartial({ id })
          const fields = [{ path: 'id', code: 'invalid', detail: 'Así no: ñandú 🕊' }]
          throw appError('validation_failed', { fields })
        },
      },
    )
    const port = await server.start()
    const permissions = new Set(['numbers:read'])
    const caller = { kind: 'tenant', tenantId: 'ten_a', actorId: 'key_a', role: '', permissions } as const
    const { token } = await signCaller(key, caller, { audience: 'tenancy' })
    const script = join(import.meta.dir, 'node-client.mjs')
    const child = Bun.spawn(['node', script, `127.0.0.1:${port}`, token], {
      stdout: 'pipe',
      stderr: 'inherit',
    })
    const lines = linesOf(child.stdout)
    const { value: first } = await lines.next()
    const seen = JSON.parse(first ?? '{}')
    await server.stop(10_000)
    const { value: last } = await lines.next()

    expect(seen).toMatchObject({ unary: true, unauthenticated: true, large: true })
    expect(seen.node).toMatch(/^v2\d\./)
    expect(seen.refusal.code).toBe(3)
    expect(seen.refusal.trailers['palomar-code-bin']).toBe('validation_failed')
    expect(seen.refusal.trailers['palomar-fields-bin']).toContain('Así no: ñandú 🕊')
    // SERVING, and NOT_SERVING when it stops.
    expect(JSON.parse(last ?? '{}').watched).toEqual([
      [8, 1],
      [8, 2],
    ])
    expect(await child.exited).toBe(0)
  },
  60_000,
)

withNode(
  'CONTRACTS 36: the commands of docs/grpc.md get a token and make a call',
  async () => {
    const product = await Product.start()
    // Inside the tree, so that Node finds the packages that the guide has one install.
    const folder = mkdtempSync(join(root, 'node_modules/.palomar-grpc-'))
    folders.push(folder)
    const [, script = ''] = guide.match(/^```js call\.mjs\n([\s\S]*?)^```$/m) ?? []
    const [, commands = ''] = guide.match(/^```sh\n([\s\S]*?)^```$/m) ?? []
    writeFileSync(join(folder, 'call.mjs'), script)
    const child = Bun.spawn(['sh', '-euc', commands], {
      cwd: folder,
      env: {
        PATH: process.env.PATH ?? '',
        TENANCY: `127.0.0.1:${product.demo.settings.grpcPorts.tenancy}`,
        API_KEY: product.demo.apiKey ?? '',
      },
      stdout: 'pipe',
      stderr: 'pipe',
    })
    const [said, complained] = await Promise.all([
      new Response(child.stdout).text(),
      new Response(child.stderr).text(),
    ])
    const code = await child.exited
    await product.stop()
    expect({ code, complained }).toEqual({ code: 0, complained: '' })
    expect(JSON.parse(said).numbers.map((one: { name: string }) => one.name)).toEqual(['Palomar Demo'])
  },
  180_000,
)

async function* linesOf(stream: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder()
  let rest = ''
  for await (const chunk of stream) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n')
    rest = lines.pop() ?? ''
    yield* lines
  }
}
