import { button, element, type Json, page } from './page.ts'

/** What stands in for a Flow: a name and a day, which is what most of them ask. */
export function flowForm(send: (response: Json) => void): HTMLElement {
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
