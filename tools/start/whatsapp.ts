/** Whom the numbers of this start talk to, by the variables of a single-company install (docs/setup.md). */
import type { StartOptions } from './options.ts'

/** `demo`: the demo company at the simulator. `mock`: the environment's number there. `meta`: the environment's at Meta. */
export type Counterpart = 'demo' | 'mock' | 'meta'

type Env = Record<string, string | undefined>

const names = [
  'WHATSAPP_PHONE_NUMBER_ID',
  'WHATSAPP_ACCESS_TOKEN',
  'WHATSAPP_TOKEN',
  'WHATSAPP_BUSINESS_ACCOUNT_ID',
]

export function counterpartOf(env: Env = process.env): Counterpart {
  if (!names.some((name) => env[name])) return 'demo'
  return isOn(env.WHATSAPP_MOCK_MODE) ? 'mock' : 'meta'
}

/** The environment's number takes the demo company's place; a real one, the simulator's too. */
export function withCounterpart(options: StartOptions, counterpart: Counterpart): StartOptions {
  if (counterpart === 'demo') return options
  return { ...options, demo: false, simulator: options.simulator && counterpart === 'mock' }
}

/** What the simulator plays with: the environment's own where it names some, else what this folder's secrets say. */
export function playedEnvironment(env: Env = process.env): Record<string, string> {
  const named = {
    SIMULATOR_APP_SECRET: env.WHATSAPP_APP_SECRET,
    SIMULATOR_VERIFY_TOKEN: env.WHATSAPP_WEBHOOK_VERIFY_TOKEN,
    SIMULATOR_ACCESS_TOKEN: env.WHATSAPP_ACCESS_TOKEN || env.WHATSAPP_TOKEN,
    SIMULATOR_PHONE_NUMBER_ID: env.WHATSAPP_PHONE_NUMBER_ID,
    SIMULATOR_WABA_ID: env.WHATSAPP_BUSINESS_ACCOUNT_ID,
  }
  return Object.fromEntries(Object.entries(named).flatMap(([name, value]) => (value ? [[name, value]] : [])))
}

/** Variables of clients that log in as a phone: nothing here reads them. */
export function unofficialVariables(env: Env = process.env): string[] {
  return Object.keys(env)
    .filter((name) => env[name] && /^(SUPABASE_.*|WHATSAPP_SESSION_PATH|WHATSAPP_PUPPETEER_ARGS)$/.test(name))
    .sort()
}

const isOn = (text: string | undefined) => text === 'true' || text === '1'
