import { m } from '#lib/paraglide/messages.js'

export function companyState(state: string): { tone: 'good' | 'warning' | 'neutral'; word: string } {
  if (state === 'active') return { tone: 'good', word: m.state_active() }
  if (state === 'suspended') return { tone: 'warning', word: m.state_suspended() }
  return { tone: 'neutral', word: m.state_deleted() }
}
