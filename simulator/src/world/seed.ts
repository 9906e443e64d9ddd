import type { App, Customer, PhoneNumber, Template } from './types.ts'

export interface SeedOptions {
  webhookUrl: string
  appSecret: string
  verifyToken: string
  accessToken: string
  /** Further numbers for load tests, claimed and with the demo's token. */
  extraNumbers?: number
}

export interface Seed {
  apps: App[]
  numbers: PhoneNumber[]
  templates: Template[]
  customers: Customer[]
}

const appId = '400000000000001'

/** The world before anything happened: the demo's number, two nobody has claimed, their templates, three customers. */
export function seedWorld(options: SeedOptions): Seed {
  const number = (
    n: number,
    display: string,
    name: string,
    token: string,
    isClaimed: boolean,
  ): PhoneNumber => ({
    id: String(100_000_000_000_000 + n),
    displayPhoneNumber: display,
    verifiedName: name,
    wabaId: String(200_000_000_000_000 + n),
    businessId: String(300_000_000_000_000 + n),
    appId,
    token,
    isClaimed,
  })
  const numbers = [
    number(1, '+57 300 000 0001', 'Palomar Demo', options.accessToken, true),
    number(2, '+54 9 11 5000 0002', 'Panadería Sol', 'sim-token-panaderia-sol', false),
    number(3, '+55 11 95000 0003', 'Livraria Lua', 'sim-token-livraria-lua', false),
  ]
  for (let n = 0; n < (options.extraNumbers ?? 0); n += 1) {
    const suffix = String(n).padStart(4, '0')
    // All of them in the demo's account, so that one template list serves them.
    const extra = number(1000 + n, `+57 301 000 ${suffix}`, `Load ${n}`, options.accessToken, true)
    numbers.push({ ...extra, wabaId: '200000000000001', businessId: '300000000000001' })
  }
  const wabaIds = [...new Set(numbers.map((known) => known.wabaId))]
  return {
    apps: [
      {
        id: appId,
        name: 'Palomar Demo',
        slug: 'default',
        secret: options.appSecret,
        verifyToken: options.verifyToken,
        webhookUrl: options.webhookUrl,
      },
    ],
    numbers,
    templates: wabaIds.flatMap((wabaId, index) => templatesOf(wabaId, index)),
    customers: [
      customer('573001112233', 'CO.8pQ2xV7kLm', 'Lucía Torres'),
      customer('5491156384310', 'AR.3nB5cT9wRz', 'Martín Gómez'),
      customer('553180000011', 'BR.6yH1jF4sDq', 'Beatriz Souza'),
    ],
  }
}

export function customer(waId: string, userId: string, name: string): Customer {
  return { waId, userId, name, isOnWhatsApp: true }
}

function templatesOf(wabaId: string, index: number): Template[] {
  const template = (
    n: number,
    name: string,
    language: string,
    category: Template['category'],
    body: string,
  ): Template => ({
    id: String(500_000_000_000_000 + index * 100 + n),
    wabaId,
    name,
    language,
    category,
    status: 'APPROVED',
    components: [{ type: 'BODY', text: body }],
  })
  return [
    {
      ...template(1, 'hello_world', 'en_US', 'UTILITY', ''),
      components: [
        { type: 'HEADER', format: 'TEXT', text: 'Hello World' },
        {
          type: 'BODY',
          text: 'Welcome and congratulations!! This message demonstrates your ability to send a WhatsApp message notification from the Cloud API. Thank you for taking the time to test with us.',
        },
        { type: 'FOOTER', text: 'WhatsApp Business Platform sample message' },
      ],
    },
    template(2, 'pedido_listo', 'es', 'UTILITY', 'Hola {{1}}, tu pedido {{2}} está listo para recoger.'),
    template(
      3,
      'pedido_pronto',
      'pt_BR',
      'UTILITY',
      'Olá {{1}}, seu pedido {{2}} está pronto para retirada.',
    ),
    template(4, 'codigo_acceso', 'es', 'AUTHENTICATION', 'Tu código es {{1}}. No lo compartas.'),
    template(5, 'novedades', 'es', 'MARKETING', '{{1}}, esta semana hay novedades que te van a gustar.'),
  ]
}
