import { z } from 'zod'
import { flowAnswer } from '../flows/control.ts'
import { seenView } from '../people/view.ts'
import type { Simulation } from '../simulation.ts'
import { actions, perform } from './actions.ts'
import { type Control, ControlError } from './control.ts'
import { feed } from './feed.ts'
import { playScenario, scenarioSchema } from './scenario.ts'
import { chatView, countersView, customerView, numberView, overview } from './view.ts'

type Answer = Response | object

/** What the virtual phone and tests steer the simulator with, under /control. Undefined: no such path. */
export async function routeControl(
  simulation: Simulation,
  control: Control,
  request: Request,
  url: URL,
): Promise<Response | undefined> {
  try {
    const what = url.pathname.replace('/control/', '')
    const answer =
      request.method === 'GET'
        ? answerOf(what, simulation, control, request, url)
        : request.method === 'POST'
          ? await act(what, simulation, control, request, url)
          : undefined
    if (answer === undefined || answer instanceof Response) return answer
    return Response.json(answer, { headers: { 'cache-control': 'no-store' } })
  } catch (error) {
    if (error instanceof ControlError) return Response.json({ error: error.message }, { status: 400 })
    if (error instanceof z.ZodError) return Response.json({ error: z.prettifyError(error) }, { status: 400 })
    throw error
  }
}

async function act(
  name: string,
  simulation: Simulation,
  control: Control,
  request: Request,
  { origin }: URL,
): Promise<Answer | undefined> {
  if (name !== 'scenario' && !(name in actions)) return undefined
  const body: unknown = await request.json().catch(() => undefined)
  if (name !== 'scenario') return perform(control, name, body, origin)
  playScenario({ simulation, control, origin }, scenarioSchema.parse(body))
  return { ok: true }
}

function answerOf(
  what: string,
  simulation: Simulation,
  control: Control,
  request: Request,
  url: URL,
): Answer | undefined {
  const { world } = simulation
  const query = (name: string) => url.searchParams.get(name) ?? ''
  switch (what) {
    case 'overview':
      return overview(simulation)
    case 'chat':
      return chatView(simulation, query('phone_number_id'), query('wa_id'))
    case 'seen':
      return seenView(simulation, query('phone_number_id'), query('wa_id'))
    case 'feed':
      return feed(simulation, request)
    case 'counters':
      return countersView(control)
    case 'lag':
      return { seconds: control.laggedSeconds() }
    case 'accepted':
      return ndjson(world.ledger.lines(Number(query('from')) || 0))
    case 'written':
      return ndjson(world.written.lines(Number(query('from')) || 0))
    case 'numbers':
      return [...world.numbers.values()].map(numberView)
    case 'templates':
      return world.templatesOf(query('waba_id'))
    case 'flows':
    case 'flow':
    case 'flow-json':
      return flowAnswer(simulation, what, query)
    case 'groups':
      return control.groups.list(query('phone_number_id'))
    case 'customers':
      return [...world.customers.values()].map(customerView)
    case 'apps':
      return [...world.apps.values()]
    case 'crowds':
      return control.crowds()
    case 'problems':
      return simulation.problems
    case 'media':
      return mediaOf(simulation, query('id'))
    case 'code':
      return { code: world.stateOf(query('phone_number_id')).verificationCode ?? null }
    case 'clock':
      return { now: simulation.now() }
    default:
      return undefined
  }
}

/** Files for the phone page, without a token; Graph's own way asks for one. */
function mediaOf({ world }: Simulation, id: string): Response {
  const media = world.media.get(id)
  if (!media) return new Response('', { status: 404 })
  // Whoever uploads may say what it likes; the page only shows pictures and plays sounds and films.
  const type = /^(image\/(png|jpeg|webp|gif)|(audio|video)\/[\w.+-]+(; codecs=[\w.]+)?)$/.test(media.mimeType)
    ? media.mimeType
    : 'application/octet-stream'
  return new Response(Uint8Array.from(media.bytes), {
    headers: { 'content-type': type, 'x-content-type-options': 'nosniff' },
  })
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
