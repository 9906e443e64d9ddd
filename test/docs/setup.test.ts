/** docs/setup.md, as somebody who follows it would. */
import { afterAll, beforeAll, expect, test } from 'bun:test'
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { eventually } from '@palomar/testkit'
import { configSchema as dispatcherConfig } from '../../services/dispatcher/src/config.ts'
import { gatewayConfig } from '../../services/gateway/src/config.ts'
import { configSchema as tenancyConfig } from '../../services/tenancy/src/config.ts'
import { Product } from '../product.ts'

const root = join(import.meta.dir, '../..')
const guide = readFileSync(join(root, 'docs/setup.md'), 'utf8')
const requirements = readFileSync(join(root, 'docs/requirements.md'), 'utf8')
const blocks = [...guide.matchAll(/^ *```sh\n([\s\S]*?)^ *```$/gm)].map(([, text]) => text ?? '')
const blockWith = (part: string) => blocks.find((text) => text.includes(part)) ?? ''

let product: Product

beforeAll(async () => {
  product = await Product.start()
}, 120_000)
afterAll(() => product.stop())

function shell(script: string, env: Record<string, string>): Promise<string> {
  const { PATH = '' } = process.env
  const child = Bun.spawn(['sh', '-euc', script], { env: { PATH, ...env }, stdout: 'pipe', stderr: 'ignore' })
  return new Response(child.stdout).text()
}

test('W15: the two commands for a tunnel play Meta’s handshake and a signed delivery', async () => {
  expect(spawnSync('openssl', ['version']).status).toBe(0)
  const { appSecret, verifyToken } = product.demo.settings.secrets
  const said = await shell(blockWith('hub.challenge=42'), {
    TUNNEL: product.demo.urls.gateway,
    WHATSAPP_APP_SECRET: appSecret,
    WHATSAPP_WEBHOOK_VERIFY_TOKEN: verifyToken,
  })
  expect(said).toStartWith('42')
  expect(said).toContain('HTTP/1.1 200')
})

test('O15: the first test of the guide sends hello_world to 541156384310', async () => {
  const script = blockWith('hello_world')
    .replace(/KEY=… {2}API=\S+/, '')
    .replaceAll(/^ {3}/gm, '')
  const said = await shell(script, {
    KEY: product.demo.apiKey ?? '',
    API: product.demo.urls.api,
  })
  const { id } = JSON.parse(said) as { id: string }
  await eventually(async () => {
    const { state } = await product.must('GET', `/v1/messages/${id}`, { token: product.demo.apiKey })
    expect(['delivered', 'read']).toContain(state)
  })
})

test('O9 O15: the guide has a row for every variable of O9, and names none that nobody reads', () => {
  const [, row = ''] = requirements.match(/^\| O9 \|(.*)$/m) ?? []
  const wanted = [...row.matchAll(/`([A-Z_]+\*?)`/g)].map(([, name]) => name ?? '')
  expect(wanted.length).toBeGreaterThan(15)
  expect(wanted.filter((name) => !guide.includes(`\`${name}`))).toEqual([])
  const read = new Set([
    ...[tenancyConfig, dispatcherConfig, gatewayConfig].flatMap(({ shape }) => Object.keys(shape)),
    // Other names of variables that are read.
    'WHATSAPP_TOKEN',
    'WHATSAPP_API_VERSION',
    'WHATSAPP_API_BASE_URL',
    // Named because they are ignored.
    'WHATSAPP_SESSION_PATH',
    'WHATSAPP_PUPPETEER_ARGS',
  ])
  const named = [...guide.matchAll(/`([A-Z]+_[A-Z_]+)[`=]/g)].map(([, name]) => name ?? '')
  expect(named.filter((name) => !read.has(name) && !name.startsWith('SUPABASE_'))).toEqual([])
})
