import { createHmac } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { openDb, type Sql } from '@palomar/db'
import { silentLogger, testDemo } from '@palomar/testkit'
import type { Demo, DemoHooks } from '../tools/start/demo.ts'
import type { StartOptions } from '../tools/start/options.ts'

export interface Answer {
  status: number
  headers: Headers
  text: string
  /** The body as JSON; undefined when it is none. */
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape
  json: any
}

export interface CallOptions {
  token?: string | undefined
  /** Sent as JSON; text and bytes go as they are. */
  body?: unknown
  headers?: Record<string, string>
}

/** A company with someone who may do everything in it. */
export interface Company {
  id: string
  email: string
  password: string
  token: string
}

/** A number as the simulator knows it that nobody has claimed yet, of the default app. */
export const unclaimed = [
  {
    phoneNumberId: '100000000000002',
    display: '+54 9 11 5000 0002',
    wabaId: '200000000000002',
    token: 'sim-token-panaderia-sol',
  },
  {
    phoneNumberId: '100000000000003',
    display: '+55 11 95000 0003',
    wabaId: '200000000000003',
    token: 'sim-token-livraria-lua',
  },
] as const

/** The running product, as those outside it see it: its HTTP API, Meta's side of it, and its log files. */
export class Product {
  /** Each answer of the gateway that was an error, for whoever wants to read them all. */
  readonly errors: Answer[] = []

  constructor(readonly demo: Demo) {}

  static async start(options: Partial<StartOptions> = {}, hooks: DemoHooks = {}): Promise<Product> {
    return new Product(await testDemo(options, hooks))
  }

  stop(): Promise<void> {
    return this.demo.stop()
  }

  async call(method: string, path: string, { token, body, headers = {} }: CallOptions = {}): Promise<Answer> {
    const isRaw = typeof body === 'string' || body instanceof Uint8Array
    const response = await fetch(`${this.demo.urls.gateway}${path}`, {
      method,
      headers: {
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: isRaw ? (body as string) : JSON.stringify(body) }),
      signal: AbortSignal.timeout(20_000),
    })
    const text = await response.text()
    const answer = { status: response.status, headers: response.headers, text, json: parsed(text) }
    if (answer.status >= 400) this.errors.push(answer)
    return answer
  }

  /** The same, where nothing but success is expected. */
  async must(method: string, path: string, options: CallOptions = {}): Promise<Answer['json']> {
    const answer = await this.call(method, path, options)
    if (answer.status >= 300)
      throw new Error(`${method} ${path} was answered ${answer.status}: ${answer.text}`)
    return answer.json
  }

  async signIn(email: string, password: string): Promise<string> {
    return (await this.must('POST', '/v1/auth/login', { body: { email, password } })).access_token
  }

  async platformToken(): Promise<string> {
    const login = this.demo.logins.find(({ role }) => role === 'platform_admin')
    return this.signIn(login?.email ?? '', login?.password ?? '')
  }

  async demoAdminToken(): Promise<string> {
    const login = this.demo.logins.find(({ role }) => role === 'tenant_admin')
    return this.signIn(login?.email ?? '', login?.password ?? '')
  }

  async addCompany(platform: string, name: string): Promise<Company> {
    const email = `admin-${crypto.randomUUID()}@empresa.test`
    const password = `Clave-${crypto.randomUUID()}`
    const { id } = await this.must('POST', '/v1/companies', {
      token: platform,
      body: {
        name,
        language: 'es',
        time_zone: 'America/Bogota',
        country: 'CO',
        admin: { email, name: `Admin de ${name}`, password },
      },
    })
    return { id, email, password, token: await this.signIn(email, password) }
  }

  addNumber(token: string, number: (typeof unclaimed)[number], name = 'Ventas'): Promise<{ id: string }> {
    return this.must('POST', '/v1/numbers', {
      token,
      body: {
        name,
        phone_number_id: number.phoneNumberId,
        display_phone_number: number.display,
        meta_waba_id: number.wabaId,
        access_token: number.token,
      },
    })
  }

  /** Steers the simulator. */
  async control(what: string, body: unknown): Promise<Answer['json']> {
    const response = await fetch(`${this.demo.urls.simulator}/control/${what}`, {
      method: 'POST',
      body: JSON.stringify(body),
    })
    if (!response.ok)
      throw new Error(`simulator: ${what} was answered ${response.status}: ${await response.text()}`)
    return response.json()
  }

  /** A customer writes; resolves with the wamid, not with the delivery. */
  async write(phoneNumberId: string, waId: string, text: string): Promise<string> {
    const content = { body: text }
    const body = { phone_number_id: phoneNumberId, wa_id: waId, type: 'text', text, content }
    return (await this.control('write', body)).wamid
  }

  /** A webhook as Meta's default app signs it, unless the headers say otherwise. */
  webhook(body: string | Uint8Array, headers: Record<string, string> = {}, path = '/webhooks/whatsapp') {
    const signature = `sha256=${createHmac('sha256', this.demo.settings.secrets.appSecret).update(body).digest('hex')}`
    return this.call('POST', path, { body, headers: { 'x-hub-signature-256': signature, ...headers } })
  }

  /** Looks behind the scenes, past every policy. */
  async asSuperuser<T>(look: (sql: Sql) => PromiseLike<T>): Promise<T> {
    const db = openDb({ url: this.demo.settings.adminUrl, max: 1, service: 'test', logger: silentLogger })
    try {
      return await look(db.sql)
    } finally {
      await db.close()
    }
  }

  get logFolder(): string {
    return join(this.demo.settings.options.folder, 'logs')
  }

  /** What every process has written so far, by file name. */
  logs(): Map<string, string> {
    return new Map(
      readdirSync(this.logFolder).map((name) => [name, readFileSync(join(this.logFolder, name), 'utf8')]),
    )
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
