import type { Settings } from '../settings.ts'

const secondMs = 1_000
const minuteMs = 60_000
const hourMs = 3_600_000
const dayMs = 24 * hourMs

/** When what follows from a send happens. Milliseconds after the answer, the read after the delivery. */
export interface Delays {
  sentMs: number
  /** `sent` overtakes the answer. */
  isSentFirst: boolean
  /** null: never. */
  deliveredMs: number | null
  /** Of customers who are not looking; null: when they open the chat. */
  readMs: number | null
  /** Read, and never told as delivered. */
  isReadOnly: boolean
  failedMs: number
}

/**
 * The settings' own times, or, with `realism`, times as Meta's: 1 % sent before the answer, 10 % delivered after minutes to
 * hours, 3 % never, 40 % never read, 15 % read without delivered. `random` is the world's dice.
 */
export function delaysOf(settings: Settings, random: () => number): Delays {
  const { sentMs, deliveredMs, readMs } = settings
  if (settings.realism === 'quick')
    return { sentMs, isSentFirst: false, deliveredMs, readMs, isReadOnly: false, failedMs: sentMs }
  const between = (from: number, to: number) => spread(random(), from, to)
  const realSentMs = between(200, 2 * secondMs)
  const luck = random()
  const travelMs = luck < 0.1 ? between(2 * minuteMs, 8 * hourMs) : between(500, 5 * secondMs)
  const isNever = luck >= 0.97
  const isRead = random() >= 0.4
  return {
    sentMs: realSentMs,
    isSentFirst: random() < 0.01,
    deliveredMs: isNever ? null : realSentMs + travelMs,
    readMs: isRead ? between(2 * secondMs, dayMs) : null,
    isReadOnly: isRead && random() < 0.15,
    failedMs: between(300, 10 * secondMs),
  }
}

/** How long Graph takes to answer a send. */
export const answerMsOf = ({ realism, latencyMs }: Settings, random: () => number): number =>
  realism === 'quick' ? latencyMs : Math.max(latencyMs, spread(random(), 80, 400))

/** How long a template's review takes: seconds, where Meta takes minutes to a day. */
export const reviewMsOf = ({ realism, reviewMs }: Settings, random: () => number): number =>
  realism === 'quick' ? reviewMs : spread(random(), secondMs, minuteMs)

/** How long a customer takes to answer: about what the crowd was told, or from two seconds to a day. */
export const replyMsOf = ({ realism }: Settings, aboutMs: number, random: () => number): number =>
  realism === 'quick' ? aboutMs * (0.5 + random()) : spread(random(), 2 * secondMs, dayMs)

/** How far apart the tries of a webhook may be. */
export const retryGapMaxMsOf = ({ realism, webhookRetryGapMaxMs }: Settings): number =>
  realism === 'quick' ? webhookRetryGapMaxMs : 6 * hourMs

/** Between two times, short ones more often: their logarithms are spread evenly. */
const spread = (share: number, from: number, to: number): number => Math.round(from * (to / from) ** share)
