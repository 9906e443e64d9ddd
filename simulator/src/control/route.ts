import { type FaultName, faultNames } from '../faults.ts'
import type { Simulation, SimulationSettings } from '../simulation.ts'
import { feed } from './feed.ts'
import { chatView, overview } from './view.ts'

type Json = Record<string, unknown>

const refused = (detail: string) => Response.json({ error: detail }, { status: 400 })

/** What the virtual phone and tests steer the simulator with, under /control. Undefined: no such path. */
export async function routeControl(
  simulation: Simulation,
  request: Request,
  url: URL,
): Promise<Response | undefined> {
  const { world } = simulation
  const what = `${request.method} ${url.pathname.replace('/control/', '')}`
  const query = (name: string) => url.searchParams.get(name) ?? ''
  switch (what) {
    case 'GET overview':
      return Response.json(overview(simulation))
    case 'GET chat':
      return Response.json(chatView(simulation, query('phone_number_id'), query('wa_id')))
    case 'GET feed':
      return feed(world, request)
    case 'GET counters':
      return Response.json({ ...world.counters, pending_webhooks: simulation.pendingWebhooks })
    case 'GET accepted':
      return ndjson(world.accepted.slice(Number(query('from')) || 0))
    case 'POST write':
      return write(simulation, await bodyOf(request))
    case 'POST look':
      return look(simulation, await bodyOf(request))
    case 'POST customers':
      return addCustomer(simulation, await bodyOf(request))
    case 'POST settings':
      return set(simulation, await bodyOf(request))
    case 'POST faults':
      return setFaults(simulation, await bodyOf(request))
    default:
      return undefined
  }
}

async function bodyOf(request: Request): Promise<Json> {
  try {
    const body: unknown = await request.json()
    return typeof body === 'object' && body !== null ? (body as Json) : {}
  } catch {
    return {}
  }
}

/** `{phone_number_id, wa_id, text}`, or `type` and `content` as in Meta's webhook: the customer writes. */
function write(simulation: Simulation, body: Json): Response {
  const number = simulation.world.numbers.get(String(body.phone_number_id))
  const waId = String(body.wa_id ?? '').replace(/\D/g, '')
  if (!number) return refused('no number has this phone_number_id')
  if (!/^\d{7,15}$/.test(waId)) return refused('wa_id must be the digits of a phone number')
  const person = simulation.world.customer(waId, typeof body.name === 'string' ? body.name : '')
  const type = typeof body.type === 'string' ? body.type : 'text'
  const text = typeof body.text === 'string' ? body.text : ''
  if (type === 'text' && text.trim() === '') return refused('text must not be empty')
  const quoted = typeof body.quoted === 'string' ? body.quoted : undefined
  const wamid = simulation.inbound(number, person, type, body.content ?? { body: text }, text, quoted)
  return Response.json({ wamid })
}

function look(simulation: Simulation, body: Json): Response {
  const chat = simulation.world.chat(String(body.phone_number_id), String(body.wa_id))
  simulation.look(chat, body.open === true)
  return Response.json({ ok: true })
}

function addCustomer({ world }: Simulation, body: Json): Response {
  const waId = String(body.wa_id ?? '').replace(/\D/g, '')
  if (!/^\d{7,15}$/.test(waId)) return refused('wa_id must be the digits of a phone number')
  const person = world.customer(waId, String(body.name ?? ''))
  if (typeof body.name === 'string' && body.name.trim() !== '') person.name = body.name.trim()
  if (typeof body.on_whatsapp === 'boolean') person.isOnWhatsApp = body.on_whatsapp
  return Response.json({ wa_id: person.waId, name: person.name })
}

function set(simulation: Simulation, body: Json): Response {
  for (const name of [
    'latencyMs',
    'sentMs',
    'deliveredMs',
    'readMs',
  ] as const satisfies (keyof SimulationSettings)[]) {
    const value = body[name]
    if (value === undefined) continue
    if (name === 'readMs' && value === null) simulation.settings.readMs = null
    else if (typeof value === 'number' && value >= 0 && value <= 600_000) simulation.settings[name] = value
    else return refused(`${name} must be milliseconds from 0 to 600000`)
  }
  return Response.json(simulation.settings)
}

function setFaults({ faults }: Simulation, body: Json): Response {
  for (const [name, rate] of Object.entries(body)) {
    if (!faultNames.includes(name as FaultName))
      return refused(`no fault is called ${name}; there are ${faultNames.join(', ')}`)
    if (typeof rate !== 'number' || rate < 0 || rate > 1) return refused(`${name} must be from 0 to 1`)
    faults.rates[name as FaultName] = rate
  }
  return Response.json(faults.rates)
}

/** A line per row: the ledger may be long. */
function ndjson(rows: readonly unknown[]): Response {
  let at = 0
  const linesAtOnce = 2_000
  const stream = new ReadableStream<Uint8Array>({
    pull(controller) {
      const part = rows.slice(at, at + linesAtOnce)
      at += part.length
      if (part.length > 0)
        controller.enqueue(Buffer.from(part.map((row) => `${JSON.stringify(row)}\n`).join('')))
      if (at >= rows.length) controller.close()
    },
  })
  return new Response(stream, { headers: { 'content-type': 'application/x-ndjson' } })
}
