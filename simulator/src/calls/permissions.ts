import { chatKey } from '../world/chats.ts'
import { Tally } from '../world/tally.ts'
import type { CallSettings } from './settings.ts'

export const dayMs = 86_400_000
const weekMs = 7 * dayMs
/** A permission that was given for a time lasts so long from then on. Source: Meta, "Obtain user call permissions". */
const temporaryMs = weekMs

export interface Permission {
  status: 'no_permission' | 'temporary' | 'permanent'
  /** Unix ms, of a temporary one. */
  expiresAt?: number
}

/** Whom a number may call, and how often it has asked and called. Only users give it and take it back. */
export class CallPermissions {
  readonly #given = new Map<string, { expiresAt: number | 'never' }>()
  readonly #requests = new Tally()
  readonly #connected = new Tally()
  /** Calls in a row that the user did not take. */
  readonly #unanswered = new Map<string, number>()

  constructor(readonly settings: CallSettings) {}

  of(phoneNumberId: string, waId: string, now: number): Permission {
    const given = this.#given.get(chatKey(phoneNumberId, waId))
    if (given?.expiresAt === 'never') return { status: 'permanent' }
    if (given && given.expiresAt > now) return { status: 'temporary', expiresAt: given.expiresAt }
    return { status: 'no_permission' }
  }

  /** When it ends; undefined for one that does not. */
  give(phoneNumberId: string, waId: string, now: number, isPermanent = false): number | undefined {
    const key = chatKey(phoneNumberId, waId)
    const expiresAt = isPermanent ? 'never' : now + temporaryMs
    this.#given.set(key, { expiresAt })
    this.#unanswered.delete(key)
    return isPermanent ? undefined : now + temporaryMs
  }

  take(phoneNumberId: string, waId: string): void {
    this.#given.delete(chatKey(phoneNumberId, waId))
  }

  requested(phoneNumberId: string, waId: string, now: number): void {
    this.#requests.add(chatKey(phoneNumberId, waId), now)
  }

  /** Somebody took a call, of either side: what was counted against the business begins anew. */
  connected(phoneNumberId: string, waId: string, now: number, isBusiness: boolean): void {
    const key = chatKey(phoneNumberId, waId)
    this.#requests.forget(key)
    this.#unanswered.delete(key)
    if (isBusiness) this.#connected.add(key, now)
  }

  /** The user did not take it: too many in a row end the permission. */
  unanswered(phoneNumberId: string, waId: string): void {
    const key = chatKey(phoneNumberId, waId)
    const count = (this.#unanswered.get(key) ?? 0) + 1
    this.#unanswered.set(key, count)
    if (count < this.settings.callsUnansweredMax) return
    this.#given.delete(key)
    this.#unanswered.delete(key)
  }

  requestsIn(phoneNumberId: string, waId: string, now: number): { day: number; week: number } {
    const key = chatKey(phoneNumberId, waId)
    const count = (ms: number) => this.#requests.within(key, ms, now).length
    return { day: count(dayMs), week: count(weekMs) }
  }

  mayRequest(phoneNumberId: string, waId: string, now: number): boolean {
    const { day, week } = this.requestsIn(phoneNumberId, waId, now)
    const { callRequestsPerDayMax, callRequestsPerWeekMax } = this.settings
    return day < callRequestsPerDayMax && week < callRequestsPerWeekMax
  }

  /** Connected calls of the business in 24 hours; when it is full, the Unix ms at which there is room again. */
  connectedIn(phoneNumberId: string, waId: string, now: number): { count: number; freeAt?: number } {
    const times = this.#connected.within(chatKey(phoneNumberId, waId), dayMs, now)
    const last = times.at(-this.settings.callsPerPairMax)
    const isFull = times.length >= this.settings.callsPerPairMax
    return { count: times.length, ...(isFull ? { freeAt: (last ?? now) + dayMs } : {}) }
  }
}
