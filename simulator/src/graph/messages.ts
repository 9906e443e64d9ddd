import { validateSend } from '@palomar/cloud-api'
import { answerMsOf } from '../delivery/delays.ts'
import { restrictionRefusal, standingRefusal } from '../limits/standing.ts'
import { isMisdialled } from '../people/dial.ts'
import { callerOf } from '../routing/caller.ts'
import { graphError, graphJson, tooManyMessages, unknownObject } from './answer.ts'
import type { Call } from './call.ts'
import { send } from './send.ts'

/** A request that hangs is given up by its caller long before. */
const hangMs = 100_000
/** Meta shows "typing…" for this long. */
const typingMs = 25_000

/** POST /{phone-number-id}/messages: a message, or a read receipt. https://developers.facebook.com/documentation/business-messaging/whatsapp/reference/whatsapp-business-phone-number/message-api */
export async function messages({ simulation, request, url, id }: Call): Promise<Response> {
  const { faults, world, settings } = simulation
  const number = world.numbers.get(id)
  if (!number) return unknownObject(id)
  world.counters.requests++
  const refusal = standingRefusal(simulation, number)
  if (refusal) return counted(graphError(refusal))
  let body: unknown
  try {
    body = await request.json()
  } catch {
    return counted(graphError({ code: 100, details: 'The request body is not valid JSON.' }))
  }
  const restriction = restrictionRefusal({ world, now: simulation.now() }, number, body)
  if (restriction) return counted(graphError(restriction))
  if (isReadReceipt(body)) return readReceipt(body)
  const trouble = await troubleBefore()
  if (trouble) return counted(trouble)
  if (isMisdialled(body))
    return counted(graphError({ code: 100, title: 'Invalid parameter', details: 'Parameter Invalid' }))
  const endpoint = url.pathname.endsWith('/marketing_messages') ? 'marketing_messages' : 'messages'
  const checked = validateSend(body, { endpoint })
  if (!checked.ok) {
    return counted(
      graphError({ code: checked.code, details: checked.errors.map(({ detail }) => detail).join(' ') }),
    )
  }
  const answerMs = answerMsOf(settings, () => faults.random())
  const response = send(simulation, number, checked.message, {
    answerMs,
    endpoint,
    by: callerOf(simulation, request, url, number),
  })
  if (!response.ok) return counted(response)
  const isLost = faults.happens('lostResponse')
  if (answerMs > 0) await simulation.wait(answerMs)
  return isLost ? brokenAnswer() : response

  function counted(answer: Response): Response {
    world.counters.refused++
    return answer
  }

  function readReceipt({ message_id, typing_indicator }: ReadReceipt): Response {
    const isKnown = simulation.readByBusiness(id, String(message_id), typing_indicator ? typingMs : 0)
    if (isKnown) return graphJson({ success: true })
    return graphError({ code: 100, details: 'The message_id names no message that this number received.' })
  }

  async function troubleBefore(): Promise<Response | undefined> {
    if (faults.happens('error5xx')) {
      const headers = { 'content-type': 'text/html' }
      return new Response('<html><body>Service Unavailable</body></html>', { status: 503, headers })
    }
    if (faults.happens('somethingWrong'))
      return graphError({ code: 131000, details: 'Something went wrong.' })
    if (faults.happens('reset')) return cutOff()
    if (faults.happens('expiredToken')) {
      return graphError({
        code: 190,
        subcode: 463,
        title: 'Error validating access token: Session has expired',
      })
    }
    if (faults.happens('tooMany')) return tooManyMessages()
    if (!faults.happens('hang')) return undefined
    await simulation.wait(hangMs)
    return graphError({ code: 131000, details: 'Something went wrong.' })
  }
}

interface ReadReceipt {
  status: 'read'
  message_id?: unknown
  typing_indicator?: unknown
}

const isReadReceipt = (body: unknown): body is ReadReceipt =>
  typeof body === 'object' && body !== null && 'status' in body && body.status === 'read'

/** The connection goes before a whole answer has come. */
const cutOff = (): Response =>
  new Response(
    new ReadableStream({
      pull(controller) {
        controller.error(new Error('reset'))
      },
    }),
    { headers: { 'content-type': 'application/json' } },
  )

/** An answer that breaks off inside its JSON: its sender cannot tell it from a line that was cut. */
const brokenAnswer = (): Response =>
  new Response('{"messaging_product":"whats', { headers: { 'content-type': 'application/json' } })
