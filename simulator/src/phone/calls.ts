import type { ChatView } from '../control/view.ts'
import { type CallWords, callWords } from './call-words.ts'
import { button, byId, control, element, objectOf, page, type Shown, say } from './page.ts'
import { place } from './panel.ts'

const icon = byId<HTMLButtonElement>('call')
const bar = byId('call-bar')
let ticking: ReturnType<typeof setInterval> | undefined
let drawn = ''
let whyNot = ''

/** The button above the chat, and the bar while a call is under way. */
export function drawCall(chat: ChatView): void {
  const words = callWords()
  const business = byId('business').textContent ?? ''
  const { call } = chat
  icon.hidden = !chat.call_icon
  whyNot = chat.no_call === '' ? '' : (words[chat.no_call as keyof CallWords] ?? chat.no_call)
  icon.setAttribute('aria-disabled', String(whyNot !== ''))
  icon.setAttribute('aria-label', `${words.callButton} ${business}`)
  icon.title = whyNot || `${words.callButton} ${business}`
  const now = JSON.stringify([call, page.language, business])
  if (now === drawn) return
  const hadFocus = bar.contains(document.activeElement)
  drawn = now
  clearInterval(ticking)
  bar.hidden = call === null
  if (!call) {
    bar.replaceChildren()
    if (hadFocus) icon.focus()
    return
  }
  const answer = (what: string) => () => control('call_answer', { call_id: call.id, what })
  const isIncoming = call.direction === 'BUSINESS_INITIATED' && call.state === 'ringing'
  const said = element('span', { role: 'status' })
  const end = button(words.hangUp, answer('hang_up'), { class: 'hang-up' })
  const buttons = isIncoming
    ? [
        button(words.take, answer('take'), { class: 'take' }),
        button(words.refuse, answer('refuse'), { class: 'hang-up' }),
      ]
    : [end]
  const tick = () => {
    said.textContent =
      call.connected_at === null
        ? isIncoming
          ? words.incoming
          : words.calling
        : `${words.talking} · ${lengthOf(Date.now() - call.connected_at)}`
  }
  tick()
  if (call.connected_at !== null) ticking = setInterval(tick, 1_000)
  bar.replaceChildren(said, ...buttons)
  // Who has pressed a button goes on with the one that took its place.
  if (hadFocus) buttons[0]?.focus()
}

/** The customer calls the number; `payload` of the button that asked for it. */
export async function dial(payload = ''): Promise<void> {
  if (whyNot !== '') return say(whyNot)
  await control('call', { ...place(), ...(payload === '' ? {} : { cta_payload: payload }) })
}

icon.addEventListener('click', () => void dial())

/** A call's place in the chat. */
export function callLine(message: Shown): HTMLElement {
  const words = callWords()
  const { connectedAt, endedAt, refusedBy } = objectOf(message.content)
  const isMine = message.from === 'customer'
  const outcome =
    typeof connectedAt === 'number'
      ? typeof endedAt === 'number'
        ? lengthOf(endedAt - connectedAt)
        : words.talking
      : refusedBy !== undefined
        ? words.refused
        : typeof endedAt === 'number'
          ? words.missed
          : isMine
            ? words.calling
            : words.incoming
  const time = new Date(message.at).toLocaleTimeString(page.language, { hour: '2-digit', minute: '2-digit' })
  const what = isMine ? words.outgoing : words.fromBusiness
  return element(
    'p',
    { class: 'day call-line', 'data-call': message.wamid },
    element('span', { 'aria-hidden': 'true' }, isMine ? '↗ ' : '↙ '),
    `${what} · ${outcome} · ${time}`,
  )
}

function lengthOf(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000))
  return `${String(Math.floor(seconds / 60)).padStart(2, '0')}:${String(seconds % 60).padStart(2, '0')}`
}
