import { Faults } from '../faults.ts'

/** How much the owner's app holds when the number is connected. */
export interface PastPlan {
  /** Chats with people. */
  threads: number
  messages: number
  /** So many of the latest messages are pictures. */
  pictures: number
}

export interface AppContact {
  waId: string
  userId: string
  fullName: string
  firstName: string
}

export interface PastMessage {
  person: AppContact
  isFromOwner: boolean
  /** Unix ms. */
  at: number
  wamid: string
  type: string
  content: unknown
  /** SENT, DELIVERED, READ, … */
  status: string
}

/** Days before the connection that each phase reaches back to. Source: Meta, "history webhook reference". */
export const phaseDays = [1, 90, 180] as const
const dayMs = 86_400_000
/** Of the messages, so many lie in each phase. */
const phaseShares = [0.05, 0.8, 0.15]
const firstNames = ['Ana', 'Luis', 'Sofía', 'Mateo', 'Júlia', 'Pedro', 'Carmen', 'João', 'Elena', 'Diego']
const lastNames = ['Ríos', 'Vega', 'Núñez', 'Souza', 'Peña', 'Mora', 'Lima', 'Castaño', 'Arias', 'Gómez']
const sayings = [
  'hola, ¿están abiertos?',
  'sí, hasta las ocho 🙂',
  '¿me guardan dos de centeno?',
  'claro, a nombre de quién',
  'voy saliendo para allá',
  'gracias, muy amables 🙏',
  '¿cuánto cuesta el envío al norte de la ciudad? vivo cerca del parque',
  'le queda listo mañana a primera hora; pase con este mensaje y se lo entregan en la caja',
]
/** People of an owner's address book have numbers of their own range. */
const firstWaId = 573_110_000_000

/** Whom the owner knows; the same for the same number of threads. */
export function addressBook(count: number, userIdOf: (waId: string) => string): AppContact[] {
  return Array.from({ length: count }, (_, n) => {
    const waId = String(firstWaId + n)
    const firstName = firstNames[n % firstNames.length] ?? ''
    const lastName = lastNames[Math.floor(n / firstNames.length) % lastNames.length] ?? ''
    return { waId, userId: userIdOf(waId), firstName, fullName: `${firstName} ${lastName}` }
  })
}

/** What was said before the connection at `until`, by phase, oldest first in each; the same for the same seed. */
export function pastOf(
  plan: PastPlan,
  people: readonly AppContact[],
  { until, seed, newWamid }: { until: number; seed: number; newWamid: () => string },
): PastMessage[][] {
  const dice = new Faults(seed)
  const pick = <T>(list: readonly T[]): T | undefined => list[Math.floor(dice.random() * list.length)]
  const pictureFrom = Math.round(plan.messages * (phaseShares[0] ?? 0)) - plan.pictures
  return phaseDays.map((days, phase) => {
    const from = until - days * dayMs
    const to = until - (phaseDays[phase - 1] ?? 0) * dayMs
    const count = phase === 2 ? plan.messages - countOf(plan, 0) - countOf(plan, 1) : countOf(plan, phase)
    const times = Array.from({ length: count }, () => from + dice.random() * (to - from)).sort(
      (a, b) => a - b,
    )
    return times.flatMap((at, index): PastMessage[] => {
      const person = pick(people)
      if (!person) return []
      const isFromOwner = dice.random() < 0.5
      const isPicture = phase === 0 && index >= pictureFrom
      const text = { type: 'text', content: { body: pick(sayings) } }
      const said = isPicture ? { type: 'media_placeholder', content: undefined } : text
      const status = isFromOwner ? (pick(['DELIVERED', 'READ', 'READ', 'SENT']) ?? 'READ') : 'READ'
      return [{ person, isFromOwner, at, wamid: newWamid(), status, ...said }]
    })
  })
}

const countOf = ({ messages }: PastPlan, phase: number): number =>
  Math.round(messages * (phaseShares[phase] ?? 0))
