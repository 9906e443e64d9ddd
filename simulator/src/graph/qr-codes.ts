import { graphError, graphJson } from './answer.ts'
import type { Call } from './call.ts'
import { paramsOf, textOf } from './params.ts'

const messageMax = 140
const codesMax = 2_000
const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

/** GET /{phone-number-id}/message_qrdls[/{code}] */
export function getQrCodes({ simulation, id, rest }: Call): Response {
  const { qrCodes } = simulation.world.stateOf(id)
  if (rest === '') return graphJson({ data: [...qrCodes.values()] })
  const known = qrCodes.get(rest)
  return known ? graphJson({ data: [known] }) : unknownCode()
}

/** POST /{phone-number-id}/message_qrdls: a new one, or with `code` another message for that one. */
export async function saveQrCode(call: Call): Promise<Response> {
  const params = await paramsOf(call)
  const message = textOf(params.prefilled_message)
  const wanted = textOf(params.code) || call.rest
  const { qrCodes } = call.simulation.world.stateOf(call.id)
  if (message === '' || [...message].length > messageMax)
    return graphError({ code: 100, details: `prefilled_message takes 1 to ${messageMax} characters` })
  if (wanted !== '' && !qrCodes.has(wanted)) return unknownCode()
  if (wanted === '' && qrCodes.size >= codesMax)
    return graphError({ code: 100, details: `A number has at most ${codesMax} QR codes.` })
  const code = wanted || newCode(call)
  const image = textOf(params.generate_qr_image).toLowerCase()
  const qrCode = {
    code,
    prefilled_message: message,
    deep_link_url: `https://wa.me/message/${code}`,
    ...(image === '' ? {} : { qr_image_url: `${call.url.origin}/qr/${code}.${image}` }),
  }
  qrCodes.set(code, qrCode)
  return graphJson(qrCode)
}

/** DELETE /{phone-number-id}/message_qrdls/{code} */
export function deleteQrCode({ simulation, id, rest }: Call): Response {
  const isGone = simulation.world.stateOf(id).qrCodes.delete(rest)
  return isGone ? graphJson({ success: true }) : unknownCode()
}

const unknownCode = (): Response => graphError({ code: 100, details: 'There is no such QR code.' })

function newCode({ simulation }: Call): string {
  const letter = () => letters[Math.floor(simulation.faults.random() * letters.length)]
  return Array.from({ length: 14 }, letter).join('')
}
