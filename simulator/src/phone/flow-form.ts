import { type FlowPart, partsOf, payloadOf } from './flow-screen.ts'
import { button, element, type Json, objectOf, page, textOf } from './page.ts'

type Send = (response: Json) => void
/** Asks the business's endpoint; what it answers, or what went wrong is said in the panel. */
export type Ask = (action: string, screen: string, data: Json) => Promise<Json>

export interface OpenFlow {
  screens: readonly Json[]
  /** Which one it opens with, and what that is given. */
  first: string
  data: Json
  ask: Ask
}

/**
 * A Flow's screens one after the other, from `first`; without any, a name and a day, which is what most of them ask. Where a
 * screen exchanges data the endpoint says which one follows, or that the Flow is over.
 */
export function flowForm(send: Send, { screens, first, data, ask }: OpenFlow): HTMLElement {
  const start = screens.find(({ id }) => id === first) ?? screens[0]
  if (!start) return standIn(send)
  const place = element('div')
  const answers: Json = {}
  const follow = (answer: Json) => {
    const given = objectOf(answer.data)
    const next = screens.find(({ id }) => id === answer.screen)
    if (next) show(next, given)
    else send(objectOf(objectOf(given.extension_message_response).params))
  }
  const show = (screen: Json, given: Json) => {
    const known = (form: Json): Json => ({ form, data: given, screen: answers })
    const { form, fields, footer } = drawn(partsOf(screen, known({})))
    form.addEventListener('submit', (event) => {
      event.preventDefault()
      const values = Object.fromEntries(fields.map(([name, read]) => [name, read()]))
      answers[String(screen.id)] = { form: values, data: given }
      const payload = payloadOf(footer, known(values))
      const next = screens.find(({ id }) => id === objectOf(footer.next).name)
      if (footer.name === 'data_exchange') void ask('data_exchange', String(screen.id), payload).then(follow)
      else if (footer.name === 'navigate' && next) show(next, payload)
      else send(Object.keys(payload).length > 0 ? payload : values)
    })
    place.replaceChildren(element('strong', {}, textOf(screen.title)), form)
  }
  show(start, data)
  return place
}

type Field = readonly [name: string, read: () => unknown]

function drawn(parts: readonly FlowPart[]) {
  const fields: Field[] = []
  let footer: Json = {}
  let end = page.words.send
  const form: HTMLFormElement = element('form', { class: 'stack' })
  for (const part of parts) {
    if (part.kind === 'footer') {
      footer = part.action
      end = part.label || end
    } else if (part.kind === 'input') form.append(input(part, fields))
    else if (part.kind === 'choice') form.append(choice(part, fields))
    else form.append(element(part.kind === 'heading' ? 'strong' : 'p', {}, part.text))
  }
  form.append(button(end, () => form.requestSubmit()))
  return { form, fields, footer }
}

function input(part: Extract<FlowPart, { kind: 'input' }>, fields: Field[]): HTMLElement {
  const isTick = part.input === 'checkbox'
  const own = element('input', {
    name: part.name,
    type: part.input,
    ...(part.isRequired ? { required: '' } : {}),
    ...(isTick ? {} : { maxlength: '600' }),
  })
  fields.push([part.name, () => (isTick ? own.checked : own.value)])
  return isTick
    ? element('label', { class: 'check' }, own, part.label)
    : element('label', {}, part.label, own)
}

function choice(part: Extract<FlowPart, { kind: 'choice' }>, fields: Field[]): HTMLElement {
  const select = element('select', { name: part.name, ...(part.isMany ? { multiple: '' } : {}) })
  select.append(...part.options.map(({ id, title }) => element('option', { value: id }, title)))
  const chosen = () => [...select.selectedOptions].map(({ value }) => value)
  fields.push([part.name, () => (part.isMany ? chosen() : chosen()[0])])
  return element('label', {}, part.label, select)
}

function standIn(send: Send): HTMLElement {
  const name = element('input', { required: '', maxlength: '80', name: 'name' })
  const day = element('input', { type: 'date', required: '', name: 'date' })
  const form: HTMLFormElement = element(
    'form',
    { class: 'stack' },
    element('label', {}, page.words.name, name),
    element('label', {}, page.words.day, day),
    button(page.words.send, () => form.requestSubmit()),
  )
  form.addEventListener('submit', (event) => {
    event.preventDefault()
    send({ name: name.value, date: day.value })
  })
  return form
}
