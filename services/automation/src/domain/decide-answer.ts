/** At most this many answers of rules in one conversation and hour: two programs that answer each other end here. */
export const answersPerHourMax = 10
const hourMs = 3_600_000

/** An answer that was given, or is on its way, in the same conversation. */
export interface EarlierAnswer {
  ruleId: string
  /** Meta's time of the message it answers. */
  factAt: Date
}

export type Decision = 'answer' | 'cooldown' | 'loop_protection'

/**
 * Whether a rule answers a message that it matched. By the customers' own times, forwards and backwards, so that two
 * messages give the same answers in whichever order they are handled.
 */
export function decideAnswer(
  rule: { id: string; cooldownS: number },
  at: Date,
  earlier: readonly EarlierAnswer[],
): Decision {
  const distance = (one: EarlierAnswer) => Math.abs(one.factAt.getTime() - at.getTime())
  const cooldownMs = rule.cooldownS * 1000
  if (earlier.some((one) => one.ruleId === rule.id && distance(one) < cooldownMs)) return 'cooldown'
  const lately = earlier.filter((one) => distance(one) < hourMs)
  return lately.length >= answersPerHourMax ? 'loop_protection' : 'answer'
}
