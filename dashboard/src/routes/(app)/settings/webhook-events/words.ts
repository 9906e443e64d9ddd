import { m } from '#lib/paraglide/messages.js'

const words: Record<string, () => string> = {
  routed: m.event_routed,
  parked: m.event_parked,
  quarantined: m.event_quarantined,
  unparsed: m.event_unparsed,
}
export const changeStates = Object.keys(words)
export const changeStateWord = (state: string): string => words[state]?.() ?? state
export const changeStateTone = (state: string): 'good' | 'warning' | 'bad' =>
  state === 'routed' ? 'good' : state === 'parked' ? 'warning' : 'bad'
