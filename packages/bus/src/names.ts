import { retryDelaysS } from '@palomar/contracts'

/** The subject of RETRY from which events are handled, one at a time; the others are waiting rooms before it. */
const nowToken = 'now'

/** What a durable's RETRY subjects are told apart by: `now`, then one per delay in seconds. */
export const retryTokens: readonly string[] = [nowToken, ...retryDelaysS.map(String)]

export const retryNowSubject = (durable: string) => `retry.${durable}.${nowToken}`
/** `step` counts the delays from the shortest, 0. */
export const retryWaitSubject = (durable: string, step: number) => `retry.${durable}.${retryDelaysS[step]}`
/** The durable on RETRY that reads one of these subjects. */
export const retryDurable = (durable: string, token: string) => `${durable}-retry-${token}`
export const retryNowDurable = (durable: string) => retryDurable(durable, nowToken)
export const retryWaitDurable = (durable: string, step: number) =>
  retryDurable(durable, String(retryDelaysS[step]))

export const deadSubject = (durable: string) => `dead.${durable}`
/** Whose dead letter it is. */
export const durableOf = (subject: string) => subject.slice(deadSubject('').length)
export const isDeadSubject = (subject: string) => subject.startsWith('dead.')
export const kvStream = (bucket: string) => `KV_${bucket}`
