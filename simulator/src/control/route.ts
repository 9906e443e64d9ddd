import { z } from 'zod'
import type { Simulation } from '../simulation.ts'
import { type Tier, tiers } from '../world/portfolios.ts'
import { scopes } from '../world/tokens.ts'
import { type Control, ControlError } from './control.ts'
import { feed } from './feed.ts'
import { chatView, countersView, customerView, numberView, overview } from './view.ts'

const place = { phone_number_id: z.string(), wa_id: z.string() }
const bodies = {
  write: z.object({
    ...place,
    text: z.string().max(4096).optional(),
    type: z.string().optional(),
    content: z.unknown().optional(),
    name: z.string().max(100).optional(),
    quoted: z.string().optional(),
  }),
  picture: z.object(place),
  look: z.object({ ...place, open: z.boolean() }),
  customers: z.object({
    wa_id: z.string(),
    name: z.string().max(100).optional(),
    on_whatsapp: z.boolean().optional(),
    offline: z.boolean().optional(),
    tells_read: z.boolean().optional(),
    stops_marketing: z.boolean().optional(),
  }),
  numbers: z.object({
    phone_number_id: z.string(),
    throughput: z.number().optional(),
    standing: z.enum(['good', 'unregistered', 'locked', 'unpaid']).optional(),
    quality: z.enum(['GREEN', 'YELLOW', 'RED', 'UNKNOWN']).optional(),
    token: z.string().min(1).optional(),
  }),
  templates: z.object({ waba_id: z.string(), name: z.string(), language: z.string(), status: z.string() }),
  apps: z.object({
    app: z.string(),
    webhook_url: z.string().optional(),
    secret: z.string().optional(),
    verify_token: z.string().optional(),
    trust: z.boolean().optional(),
  }),
  tokens: z.object({
    token: z.string().min(1),
    nodes: z.array(z.string()).optional(),
    scopes: z.array(z.enum(scopes)).optional(),
    expires_in_ms: z.number().optional(),
    revoke: z.boolean().optional(),
  }),
  portfolios: z.object({ business_id: z.string(), tier: z.enum(Object.keys(tiers) as [Tier, ...Tier[]]) }),
  clock: z.object({ advance_ms: z.number() }),
  settings: z.record(z.string(), z.unknown()),
  faults: z.record(z.string(), z.number()),
}

type Answer = Response | object

/** What the virtual phone and tests steer the simulator with, under /control. Undefined: no such path. */
export async function routeControl(
  simulation: Simulation,
  control: Control,
  request: Request,
  url: URL,
): Promise<Response | undefined> {
  try {
    const answer = await answerOf(simulation, control, request, url)
    if (answer === undefined || answer instanceof Response) return answer
    return Response.json(answer, { headers: { 'cache-control': 'no-store' } })
  } catch (error) {
    if (error instanceof ControlError) return Response.json({ error: error.message }, { status: 400 })
    if (error instanceof z.ZodError) return Response.json({ error: z.prettifyError(error) }, { status: 400 })
    throw error
  }
}

async function answerOf(
  simulation: Simulation,
  control: Control,
  request: Request,
  url: URL,
): Promise<Answer | undefined> {
  const { world } = simulation
  const query = (name: string) => url.searchParams.get(name) ?? ''
  const body = async <T>(schema: z.ZodType<T>): Promise<T> =>
    schema.parse(await request.json().catch(() => undefined))
  switch (`${request.method} ${url.pathname.replace('/control/', '')}`) {
    case 'GET overview':
      return overview(simulation)
    case 'GET chat':
      return chatView(simulation, query('phone_number_id'), query('wa_id'))
    case 'GET feed':
      return feed(simulation, request)
    case 'GET counters':
      return countersView(control)
    case 'GET lag':
      return { seconds: control.laggedSeconds() }
    case 'GET accepted':
      return ndjson(world.ledger.lines(Number(query('from')) || 0))
    case 'GET numbers':
      return [...world.numbers.values()].map(numberView)
    case 'GET templates':
      return world.templatesOf(query('waba_id'))
    case 'GET customers':
      return [...world.customers.values()].map(customerView)
    case 'GET apps':
      return [...world.apps.values()]
    case 'GET media':
      return mediaOf(simulation, query('id'))
    case 'POST write': {
      const { phone_number_id, wa_id, ...writing } = await body(bodies.write)
      const wamid = control.write(given({ phoneNumberId: phone_number_id, waId: wa_id, ...writing }))
      return { wamid }
    }
    case 'POST picture': {
      const { phone_number_id, wa_id } = await body(bodies.picture)
      return { wamid: control.writePicture({ phoneNumberId: phone_number_id, waId: wa_id }, url.origin) }
    }
    case 'POST look': {
      const { phone_number_id, wa_id, open } = await body(bodies.look)
      control.look(phone_number_id, wa_id, open)
      return { ok: true }
    }
    case 'POST customers': {
      const { wa_id, name, on_whatsapp, offline, tells_read, stops_marketing } = await body(bodies.customers)
      const change = {
        name: name?.trim() || undefined,
        isOnWhatsApp: on_whatsapp,
        isOffline: offline,
        tellsRead: tells_read,
        stopsMarketing: stops_marketing,
      }
      return customerView(control.customer(wa_id, given(change)))
    }
    case 'POST numbers': {
      const { phone_number_id, ...change } = await body(bodies.numbers)
      return numberView(control.number(phone_number_id, given(change)))
    }
    case 'POST templates': {
      const { waba_id, name, language, status } = await body(bodies.templates)
      return control.template(waba_id, name, language, status)
    }
    case 'POST apps': {
      const { app, webhook_url, secret, verify_token, trust } = await body(bodies.apps)
      await control.app(app, given({ webhookUrl: webhook_url, secret, verifyToken: verify_token, trust }))
      return { ok: true }
    }
    case 'GET code':
      return { code: world.stateOf(query('phone_number_id')).verificationCode ?? null }
    case 'POST tokens': {
      const { expires_in_ms, ...change } = await body(bodies.tokens)
      control.token(given({ ...change, expiresInMs: expires_in_ms }))
      return { ok: true }
    }
    case 'POST portfolios': {
      const { business_id, tier } = await body(bodies.portfolios)
      control.tier(business_id, tier)
      return { ok: true }
    }
    case 'GET clock':
      return { now: simulation.now() }
    case 'POST clock':
      return { now: await control.advance((await body(bodies.clock)).advance_ms) }
    case 'POST settings':
      return control.settings(await body(bodies.settings))
    case 'POST faults':
      return control.faults(await body(bodies.faults))
    default:
      return undefined
  }
}

/** Files for the phone page, without a token; Graph's own way asks for one. */
function mediaOf({ world }: Simulation, id: string): Response {
  const media = world.media.get(id)
  if (!media) return new Response('', { status: 404 })
  // Whoever uploads may say what it likes; the page only shows pictures.
  const type = /^image\/(png|jpeg|webp|gif)$/.test(media.mimeType)
    ? media.mimeType
    : 'application/octet-stream'
  return new Response(Uint8Array.from(media.bytes), {
    headers: { 'content-type': type, 'x-content-type-options': 'nosniff' },
  })
}

type Given<T> = { [K in keyof T]: Exclude<T[K], undefined> }

/** The same object without what was not given, for callees whose optional members are absent rather than undefined. */
function given<T extends object>(object: T): Given<T> {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as Given<T>
}

/** A line per row, a part at a time: the ledger may be long. */
function ndjson(parts: Generator<string>): Response {
  const stream = new ReadableStream<Uint8Array>({
    pull(controller) {
      // An empty part must not end a pull: nobody would ask again.
      for (;;) {
        const { value, done } = parts.next()
        if (done) return controller.close()
        if (value !== '') return controller.enqueue(Buffer.from(value))
      }
    },
  })
  return new Response(stream, { headers: { 'content-type': 'application/x-ndjson' } })
}
