import { seedTemplates } from './seed-templates.ts'
import type { App, Customer, PhoneNumber, Template } from './types.ts'

export interface SeedOptions {
  webhookUrl: string
  appSecret: string
  verifyToken: string
  accessToken: string
  /** Of the demo number and its account, when they are to be others. */
  phoneNumberId?: string
  wabaId?: string
  /** Further numbers for load tests, in the demo's account and with its token. */
  extraNumbers?: number
  /** Of the extra numbers. */
  extraThroughput?: number
}

export interface Seed {
  apps: App[]
  numbers: PhoneNumber[]
  templates: Template[]
  customers: Customer[]
}

/** Meta's default for a number. */
const defaultThroughput = 80

/** The world before anything happened: the demo's number, three that nobody has claimed, their templates, some customers. */
export function seedWorld(options: SeedOptions): Seed {
  const apps = [
    app(1, 'Palomar Demo', 'default', options.appSecret, options),
    // Belongs to another app, as a company that brings its own has it.
    app(2, 'Clínica Norte', 'clinica', 'sim-secret-clinica-norte-0123456', options),
  ]
  const first = number(1, '+57 300 000 0001', 'Palomar Demo', apps[0], options.accessToken, true)
  const { phoneNumberId = first.id, wabaId = first.wabaId } = options
  const numbers = [
    { ...first, id: phoneNumberId, wabaId },
    number(2, '+54 9 11 5000 0002', 'Panadería Sol', apps[0], 'sim-token-panaderia-sol', false),
    number(3, '+55 11 95000 0003', 'Livraria Lua', apps[0], 'sim-token-livraria-lua', false),
    number(4, '+52 55 5000 0004', 'Clínica Norte', apps[1], 'sim-token-clinica-norte', false),
  ]
  for (let n = 0; n < (options.extraNumbers ?? 0); n++) {
    const extra = number(
      1000 + n,
      `+57 301 ${String(n).padStart(7, '0')}`,
      `Load ${n}`,
      apps[0],
      options.accessToken,
      true,
    )
    const throughput = options.extraThroughput ?? defaultThroughput
    // In the demo's account, so that one template list serves them all.
    numbers.push({ ...extra, wabaId, businessId: idOf(3, 1), throughput })
  }
  const wabaIds = [...new Set(numbers.map(({ wabaId }) => wabaId))]
  return {
    apps,
    numbers,
    templates: wabaIds.flatMap((wabaId, index) => seedTemplates(wabaId, index)),
    customers: [
      customer('573001112233', 'CO.8pQ2xV7kLm', 'Lucía Torres'),
      customer('5491156384310', 'AR.3nB5cT9wRz', 'Martín Gómez'),
      customer('553180000011', 'BR.6yH1jF4sDq', 'Beatriz Souza'),
    ],
  }
}

/** Numbers, accounts, portfolios and apps differ in their first digit, so that a mix-up shows. */
const idOf = (kind: 1 | 2 | 3 | 4, n: number): string => String(kind * 100_000_000_000_000 + n)

function app(
  n: number,
  name: string,
  slug: string,
  secret: string,
  { webhookUrl, verifyToken }: SeedOptions,
): App {
  const url =
    webhookUrl === '' || slug === 'default' ? webhookUrl : `${webhookUrl.replace(/\/+$/, '')}/${slug}`
  return { id: idOf(4, n), name, slug, secret, verifyToken, webhookUrl: url }
}

function number(
  n: number,
  displayPhoneNumber: string,
  verifiedName: string,
  app: App | undefined,
  token: string,
  isClaimed: boolean,
): PhoneNumber {
  return {
    id: idOf(1, n),
    displayPhoneNumber,
    verifiedName,
    wabaId: idOf(2, n),
    businessId: idOf(3, n),
    appId: app?.id ?? '',
    token,
    isClaimed,
    throughput: defaultThroughput,
    quality: 'GREEN',
    standing: 'good',
    isOfficial: isClaimed,
  }
}

export function customer(waId: string, userId: string, name: string): Customer {
  return {
    waId,
    userId,
    name,
    isOnWhatsApp: true,
    isOffline: false,
    tellsRead: true,
    stopsMarketing: false,
    blocks: false,
    hidesPhone: false,
  }
}
