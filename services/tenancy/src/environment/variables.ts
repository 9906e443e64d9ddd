/** The variables of a single-company install (ACCEPTANCE O9): from them the first company, app and number are made. */
import { vars } from '@palomar/runtime'
import { z } from 'zod'
import { displayPhoneNumber, isAccessToken, isAppSecret, isMetaId, isVerifyToken } from '../domain/meta.ts'

const metaId = () => z.string().refine(isMetaId, 'must be Meta’s id: digits only')

export const whatsappVars = {
  WHATSAPP_ENABLED: vars.flag().default(true).describe('false: nothing is made from the variables below'),
  WHATSAPP_MOCK_MODE: vars
    .flag()
    .default(false)
    .describe('true: the simulator plays Meta; what is missing below is then the simulator’s own'),
  WHATSAPP_PHONE_NUMBER_ID: metaId().optional().describe('Meta’s id of the first number'),
  WHATSAPP_BUSINESS_ACCOUNT_ID: metaId().optional().describe('Meta’s id of its WABA'),
  WHATSAPP_ACCESS_TOKEN: z
    .string()
    .refine(isAccessToken, 'must be the access token from Meta, without spaces')
    .optional()
    .describe('its token (`WHATSAPP_TOKEN` does as well)'),
  WHATSAPP_APP_SECRET: z
    .string()
    .refine(isAppSecret, 'must be the app secret from Meta’s panel')
    .optional()
    .describe('secret of the Meta app that sends its webhooks'),
  WHATSAPP_WEBHOOK_VERIFY_TOKEN: z
    .string()
    .refine(isVerifyToken, 'must be at most 256 visible characters')
    .optional()
    .describe('what the handshake of its webhook must show'),
  WHATSAPP_DISPLAY_PHONE_NUMBER: z
    .string()
    .refine((text) => displayPhoneNumber(text) !== undefined, 'must be an international phone number')
    .optional()
    .describe('the number as people dial it'),
  SEED_COMPANY_NAME: z.string().min(1).max(120).default('My company').describe('name of the first company'),
  SEED_API_KEY: z
    .string()
    .regex(/^plk_[A-Za-z0-9_-]{43}$/, 'must be plk_ and 43 characters of base64url')
    .optional()
    .describe('an API key for the first company, to send and read: `plk_` and 32 random bytes in base64url'),
}

const whatsappSchema = z.object(whatsappVars)
type WhatsappConfig = z.output<typeof whatsappSchema>

/** What is to be there; see seed-company. */
export interface FirstCompany {
  name: string
  phoneNumberId: string
  wabaId: string
  accessToken: string
  appSecret: string
  verifyToken: string
  /** Empty when it is not known. */
  displayPhoneNumber: string
  apiKey: string | undefined
}

/** The simulator's own number, app and secrets, as it has them when nobody says otherwise. */
const played = {
  WHATSAPP_PHONE_NUMBER_ID: '100000000000001',
  WHATSAPP_BUSINESS_ACCOUNT_ID: '200000000000001',
  WHATSAPP_ACCESS_TOKEN: 'simulator-access-token',
  WHATSAPP_APP_SECRET: 'simulator-app-secret',
  WHATSAPP_WEBHOOK_VERIFY_TOKEN: 'simulator-verify-token',
} as const

const together = Object.keys(played) as (keyof typeof played)[]

type Env = Record<string, string | undefined>

/** What is wrong with them together. Half a number would be a number that does nothing. */
export function whatsappProblems(env: Env): string[] {
  if (isOff(env.WHATSAPP_ENABLED)) return []
  const problems: string[] = []
  const { WHATSAPP_ACCESS_TOKEN: token, WHATSAPP_TOKEN: alias } = env
  if (token && alias && token !== alias)
    problems.push('WHATSAPP_TOKEN: differs from WHATSAPP_ACCESS_TOKEN; give one of the two')
  const has = (name: string) => Boolean(env[name] || (name === 'WHATSAPP_ACCESS_TOKEN' && alias))
  const first = together.find(has)
  if (isOn(env.WHATSAPP_MOCK_MODE) || (!first && !env.SEED_API_KEY)) return problems
  const why = first ?? 'SEED_API_KEY'
  const missing = together.filter((name) => !has(name)).map((name) => `${name}: is required with ${why}`)
  return [...problems, ...missing]
}

const isOn = (text: string | undefined) => text === 'true' || text === '1'
const isOff = (text: string | undefined) => text === 'false' || text === '0'

/** Undefined when the environment names none. The problems above have been looked for. */
export function firstCompanyOf(config: WhatsappConfig): FirstCompany | undefined {
  const { WHATSAPP_PHONE_NUMBER_ID: phoneNumberId, WHATSAPP_MOCK_MODE: isPlayed } = config
  if (!config.WHATSAPP_ENABLED || !(phoneNumberId || isPlayed)) return undefined
  const of = (name: keyof typeof played) => config[name] ?? played[name]
  return {
    name: config.SEED_COMPANY_NAME,
    phoneNumberId: of('WHATSAPP_PHONE_NUMBER_ID'),
    wabaId: of('WHATSAPP_BUSINESS_ACCOUNT_ID'),
    accessToken: of('WHATSAPP_ACCESS_TOKEN'),
    appSecret: of('WHATSAPP_APP_SECRET'),
    verifyToken: of('WHATSAPP_WEBHOOK_VERIFY_TOKEN'),
    displayPhoneNumber: displayPhoneNumber(config.WHATSAPP_DISPLAY_PHONE_NUMBER ?? '') ?? '',
    apiKey: config.SEED_API_KEY,
  }
}

/** Read by other services, or here. */
const known = new Set([
  ...Object.keys(whatsappVars),
  'WHATSAPP_API_VERSION',
  'WHATSAPP_API_BASE_URL',
  'WHATSAPP_TOKEN',
])

/** Variables that are set and that nobody reads: of unofficial clients, which log in as a phone, and misspelt ones. */
export function ignoredVariables(env: Env): { unofficial: string[]; unknown: string[] } {
  const set = Object.keys(env).filter((name) => env[name])
  const isUnofficial = (name: string) =>
    /^SUPABASE_/.test(name) || name === 'WHATSAPP_SESSION_PATH' || name === 'WHATSAPP_PUPPETEER_ARGS'
  return {
    unofficial: set.filter(isUnofficial).sort(),
    unknown: set.filter((n) => n.startsWith('WHATSAPP_') && !known.has(n) && !isUnofficial(n)).sort(),
  }
}
