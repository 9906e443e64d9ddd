import { openDb } from '@palomar/db'
import { eventually, silentLogger, testDemo } from '@palomar/testkit'
import { type ApiClient, apiClient } from '../../tools/start/api-client.ts'
import type { Demo } from '../../tools/start/demo.ts'
import { demoNumber } from '../../tools/start/seed.ts'

export interface BenchNumber {
  id: string
  phoneNumberId: string
  displayPhoneNumber: string
}

export interface Send {
  number: BenchNumber
  to: string
  scheduledAt?: Date
}

/** The whole product with a company that has so many numbers, and the key of a caller whom nobody throttles. */
export interface Product {
  demo: Demo
  /** As an administrator of the company; `key` as its software. */
  company: ApiClient
  key: ApiClient
  numbers: BenchNumber[]
  sql: ReturnType<typeof openDb>['sql']
  /** Steers the simulator. */
  control(what: string, body: unknown): Promise<void>
  /** Templates, in one request of at most 500; the ids of those that were accepted. */
  send(messages: readonly Send[]): Promise<string[]>
  stop(): Promise<void>
}

export interface ProductOptions {
  numbers: number
  /** How long the simulated Graph takes to answer a send. */
  latencyMs: number
  say(line: string): void
}

/** Of each number, at the simulator and in tenancy: Meta's default. */
export const throughputPerSecond = 80
const keyRatePerSecond = 10_000

export async function openProduct({ numbers: count, latencyMs, say }: ProductOptions): Promise<Product> {
  const demo = await testDemo(
    {},
    {
      env: {
        simulator: {
          SIMULATOR_EXTRA_NUMBERS: String(count),
          SIMULATOR_EXTRA_THROUGHPUT: String(throughputPerSecond),
          SIMULATOR_LATENCY_MS: String(latencyMs),
        },
      },
    },
  )
  const interrupted = () => void demo.stop().finally(() => process.exit(1))
  process.once('SIGINT', interrupted).once('SIGTERM', interrupted)
  const db = openDb({ url: demo.settings.adminUrl, max: 2, service: 'bench', logger: silentLogger })
  const stop = async () => {
    process.off('SIGINT', interrupted).off('SIGTERM', interrupted)
    await db.close()
    await demo.stop()
  }
  try {
    const company = await signIn(demo)
    say(`the product runs; adding ${count} numbers`)
    const numbers = await addNumbers(company, demo, count)
    // Until the dispatcher has heard of the last of them.
    await eventually(
      async () => {
        const [row] = await db.sql<{ known: number }[]>`select count(*)::int as known from dispatcher.numbers`
        if ((row?.known ?? 0) < count) throw new Error(`the dispatcher knows ${row?.known} numbers`)
      },
      { timeoutMs: 20_000 },
    )
    const key = await makeKey(company, demo)
    return {
      demo,
      company,
      key,
      numbers,
      sql: db.sql,
      control: (what, body) => control(demo, what, body),
      send: (messages) => send(key, messages),
      stop,
    }
  } catch (error) {
    await stop()
    throw error
  }
}

async function signIn(demo: Demo): Promise<ApiClient> {
  const login = demo.logins.find(({ role }) => role === 'tenant_admin')
  const { access_token } = await apiClient(demo.urls.gateway).post<{ access_token: string }>(
    '/v1/auth/login',
    { email: login?.email, password: login?.password },
  )
  return apiClient(demo.urls.gateway, { authorization: `Bearer ${access_token}` })
}

/** The simulator's further numbers, of one account and one token. */
async function addNumbers(company: ApiClient, demo: Demo, count: number): Promise<BenchNumber[]> {
  const numbers: BenchNumber[] = []
  for (let n = 0; n < count; n++) {
    const phoneNumberId = String(100_000_000_001_000 + n)
    const displayPhoneNumber = `+57 301 ${String(n).padStart(7, '0')}`
    const { id } = await company.post<{ id: string }>('/v1/numbers', {
      name: `Load ${n}`,
      phone_number_id: phoneNumberId,
      display_phone_number: displayPhoneNumber,
      meta_waba_id: demoNumber.wabaId,
      meta_business_id: demoNumber.businessId,
      access_token: demo.settings.secrets.graphToken,
      throughput_per_second: throughputPerSecond,
    })
    numbers.push({ id, phoneNumberId, displayPhoneNumber })
  }
  return numbers
}

async function makeKey(company: ApiClient, demo: Demo): Promise<ApiClient> {
  const { secret } = await company.post<{ secret: string }>('/v1/api-keys', {
    name: 'Benchmark',
    scopes: ['messages:send', 'messages:read', 'conversations:read', 'contacts:read', 'numbers:read'],
    rate_per_second: keyRatePerSecond,
  })
  return apiClient(demo.urls.gateway, { authorization: `Bearer ${secret}` })
}

async function control(demo: Demo, what: string, body: unknown): Promise<void> {
  const response = await fetch(`${demo.urls.simulator}/control/${what}`, {
    method: 'POST',
    body: JSON.stringify(body),
  })
  if (!response.ok) throw new Error(`simulator: ${what} was answered ${response.status}`)
}

async function send(key: ApiClient, messages: readonly Send[]): Promise<string[]> {
  const { results } = await key.post<{ results: { message?: { id: string }; error?: { code: string } }[] }>(
    '/v1/messages',
    {
      messages: messages.map(({ number, to, scheduledAt }) => ({
        number_id: number.id,
        to,
        type: 'template',
        template: { name: 'hello_world', language: { code: 'en_US' } },
        ...(scheduledAt ? { scheduled_at: scheduledAt.toISOString() } : {}),
      })),
    },
  )
  const refused = results.find(({ error }) => error)
  if (refused) throw new Error(`a message was refused: ${JSON.stringify(refused.error)}`)
  return results.flatMap(({ message }) => (message ? [message.id] : []))
}

/** One each, in the same order in every run. */
export const phoneOf = (n: number) => `57310${String(n).padStart(7, '0')}`

export interface AcceptedLine {
  wamid: string
  phoneNumberId: string
  to: string
  echo: string
  /** Milliseconds, by the simulator's clock. */
  at: number
}

/** What the simulated Graph accepted, in order. */
export async function acceptedBy(demo: Demo, from = 0): Promise<AcceptedLine[]> {
  const text = await (
    await fetch(`${demo.urls.simulator}/control/accepted?from=${from}`, {
      signal: AbortSignal.timeout(15_000),
    })
  ).text()
  return text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as AcceptedLine)
}

/** Our id of the message: it travels with it. */
export const messageIdIn = ({ echo }: AcceptedLine) => echo.split('~')[0] ?? ''

export async function acceptedCount(demo: Demo): Promise<number> {
  const counters = (await (await fetch(`${demo.urls.simulator}/control/counters`)).json()) as {
    accepted: number
  }
  return counters.accepted
}
