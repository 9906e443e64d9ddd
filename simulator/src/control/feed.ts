import type { Simulation } from '../simulation.ts'

const heartbeatMs = 5_000
/** A load test changes thousands of chats a second; the page hears of each at most so often. */
const tellEveryMs = 50
/** Beyond these the page is told only that much has changed. */
const toldMax = 200

type Listener = (text: string) => void
const listeners = new WeakMap<Simulation, Set<Listener>>()

/** Server-sent events: which chats have changed. The page then reads what it shows. */
export function feed(simulation: Simulation, request: Request): Response {
  const audience = audienceOf(simulation)
  let leave = () => {}
  const stream = new ReadableStream<Uint8Array>({
    start(controller) {
      const say: Listener = (text) => {
        try {
          controller.enqueue(Buffer.from(text))
        } catch {
          leave()
        }
      }
      const heartbeat = setInterval(() => say(': still here\n\n'), heartbeatMs)
      leave = () => {
        clearInterval(heartbeat)
        audience.delete(say)
      }
      audience.add(say)
      say(': hello\n\n')
    },
    cancel: () => leave(),
  })
  request.signal.addEventListener('abort', () => leave())
  return new Response(stream, {
    headers: { 'content-type': 'text/event-stream', 'cache-control': 'no-store' },
  })
}

function audienceOf(simulation: Simulation): Set<Listener> {
  const known = listeners.get(simulation)
  if (known) return known
  const audience = new Set<Listener>()
  listeners.set(simulation, audience)
  const tell = () => {
    const keys = simulation.world.chats.takeChanged()
    if (keys.length > 0 && audience.size > 0) {
      const chats = keys.length > toldMax ? null : keys
      for (const say of audience) say(`data: ${JSON.stringify({ chats })}\n\n`)
    }
    simulation.timers.after(tellEveryMs, tell)
  }
  simulation.timers.after(tellEveryMs, tell)
  return audience
}
