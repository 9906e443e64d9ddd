import { button, byId, control, element } from './page.ts'
import { customerHere, drawHabits, loadFigures, place } from './panel.ts'
import { peopleWords } from './people-words.ts'

/** What the business that the customer writes to is told of them. */
interface Seen {
  wa_id: string | null
  user_id: string
  parent_user_id: string | null
  username: string | null
}

const refused = () => undefined

/** Usernames, numbers that change hands, and what businesses know. `moved` shows the chats of the number it is given. */
export async function drawIdentity(moved: (waId: string) => Promise<void>): Promise<void> {
  const words = peopleWords()
  const here = place()
  const person = customerHere()
  const seen = await control<Seen>(`seen?${new URLSearchParams(here)}`).catch(refused)
  const again = async () => {
    await loadFigures()
    drawHabits()
    await drawIdentity(moved)
  }
  const act = (path: string, body: object, then: () => Promise<void> = again) =>
    control<{ wa_id: string }>(path, { wa_id: here.wa_id, ...body }).then(then, refused)

  const username = element('input', {
    value: person?.username ?? '',
    maxlength: '36',
    'data-field': 'username',
  })
  username.addEventListener('change', () => void act('customers', { username: username.value }))
  const next = element('input', { inputmode: 'tel', placeholder: '573009998877', 'data-field': 'new-number' })
  const takeNext = () => {
    const new_wa_id = next.value.replace(/\D/g, '')
    void act('change-number', { new_wa_id }, () => moved(new_wa_id))
  }
  const unfit = element('select', { 'data-field': 'unfit' })
  for (const [value, label] of [
    ['', words.fit],
    ['terms', words.terms],
    ['client', words.client],
  ] as const)
    unfit.append(new Option(label, value, false, value === person?.unfit))
  unfit.addEventListener('change', () => void act('customers', { unfit: unfit.value }))
  const known = [seen?.wa_id && `+${seen.wa_id}`, seen?.username && `@${seen.username}`, seen?.user_id]
  byId('identity').replaceChildren(
    element(
      'p',
      { class: 'hint', 'data-field': 'seen' },
      `${words.seenAs}: ${known.filter(Boolean).join(' · ')}`,
    ),
    element('label', {}, element('span', {}, words.username), username),
    element('label', {}, element('span', {}, words.newNumber), next),
    button(words.change, takeNext),
    button(words.recycle, () => act('recycle', { name: words.recycled }, () => moved(here.wa_id))),
    button(words.forget, () => act('forget', {})),
    button(words.reinstall, () => act('reinstall', {})),
    element('label', {}, element('span', {}, words.unfit), unfit),
  )
  byId('identity-title').textContent = words.identity
}
