import type { World } from '../world/world.ts'

const heartbeatMs = 5_000

/** Server-sent events: which chat has changed. The page then reads that chat. */
export function feed(world: World, request: Request): Response {
  let stop = () => {}
  const stream = new ReadableStream<Uint8Array>({
    start(controller) {
      const say = (text: string) => {
        try {
          controller.enqueue(Buffer.from(text))
        } catch {
          stop()
        }
      }
      const heartbeat = setInterval(() => say(': still here\n\n'), heartbeatMs)
      const unlisten = world.listen((change) =>
        say(`data: ${JSON.stringify({ phone_number_id: change.phoneNumberId, wa_id: change.waId })}\n\n`),
      )
      stop = () => {
        clearInterval(heartbeat)
        unlisten()
      }
      say(': hello\n\n')
    },
    cancel: () => stop(),
  })
  request.signal.addEventListener('abort', () => stop())
  return new Response(stream, {
    headers: { 'content-type': 'text/event-stream', 'cache-control': 'no-store' },
  })
}
