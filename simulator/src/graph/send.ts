import { validateSend } from '@palomar/cloud-api'
import type { Simulation } from '../simulation.ts'
import type { PhoneNumber } from '../world/types.ts'
import { waIdOf } from '../world/wa-id.ts'
import { graphError, graphJson } from './answer.ts'
import { checkParameters, renderTemplate } from './template-check.ts'

type Json = Record<string, unknown>

/** POST /{phone-number-id}/messages. Checks in Meta's order: shape, recipient, template, then it is accepted. */
export function send(simulation: Simulation, number: PhoneNumber, body: unknown): Response {
  const input = body as Json
  if (input?.status === 'read') return graphJson({ success: true })
  const checked = validateSend(body)
  if (!checked.ok) {
    const [first] = checked.errors
    const details = first ? `${first.path} ${first.detail}` : checked.title
    return graphError({ code: checked.code, title: checked.title, details })
  }
  if (input.messaging_product !== 'whatsapp') {
    return graphError({ code: 100, title: 'The parameter messaging_product is required.' })
  }
  const type = String(input.type ?? 'text')
  const template = type === 'template' ? findTemplate(simulation, number, input.template as Json) : undefined
  if (type === 'template') {
    const { name, language, components } = input.template as Json
    if (!template) {
      return graphError({
        code: 132001,
        title: 'Template name does not exist in the translation',
        details: `template name (${String(name)}) does not exist in ${String((language as Json | undefined)?.code)}`,
        status: 404,
      })
    }
    if (template.status === 'PAUSED') return graphError({ code: 132015, title: 'Template is paused' })
    const wrong = checkParameters(template, components)
    if (wrong) return graphError(wrong)
  }
  const text = template
    ? renderTemplate(template, (input.template as Json).components)
    : shownText(type, input)
  return accept(simulation, number, input, {
    type,
    text,
    category: (template?.category ?? 'SERVICE').toLowerCase(),
    needsWindow: type !== 'template' && input.category === undefined,
  })
}

interface Shown {
  type: string
  text: string
  category: string
  needsWindow: boolean
}

function accept(simulation: Simulation, number: PhoneNumber, input: Json, shown: Shown): Response {
  const { world } = simulation
  const dialled = String(input.to ?? '')
  const person =
    input.to === undefined ? personOf(simulation, String(input.recipient)) : world.customer(waIdOf(dialled))
  if (!person) return graphError({ code: 131026, title: 'Message undeliverable' })
  const wamid = world.newWamid()
  const echo = typeof input.biz_opaque_callback_data === 'string' ? input.biz_opaque_callback_data : ''
  const at = Date.now()
  world.accepted.push({ wamid, phoneNumberId: number.id, to: person.waId, type: shown.type, echo, at })
  world.counters.accepted += 1
  simulation.outbound({ number, person, wamid, echo, at, ...shown })
  return graphJson({
    messaging_product: 'whatsapp',
    contacts: [
      input.to === undefined
        ? { input: String(input.recipient), user_id: person.userId }
        : { input: dialled, wa_id: person.waId },
    ],
    messages: [{ id: wamid, ...(shown.type === 'template' ? { message_status: 'accepted' } : {}) }],
  })
}

function personOf({ world }: Simulation, userId: string) {
  return [...world.customers.values()].find((person) => person.userId === userId)
}

function findTemplate({ world }: Simulation, number: PhoneNumber, template: Json) {
  const language = (template.language as Json | undefined)?.code
  return world.template(number.wabaId, String(template.name), String(language))
}

function shownText(type: string, input: Json): string {
  const content = (input[type] ?? {}) as Json
  if (type === 'text') return String(content.body ?? '')
  if (type === 'reaction') return String(content.emoji ?? '')
  if (type === 'interactive') return String((content.body as Json | undefined)?.text ?? '')
  return String(content.caption ?? content.filename ?? content.name ?? '')
}
