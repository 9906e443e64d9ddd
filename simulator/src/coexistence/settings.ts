import { between, oneOf, type SettingRule } from '../setting-rules.ts'

/** Numbers on the app, where Meta does not always do the same. */
export interface CoexistenceSettings {
  /** Of a customer who writes for the first time: the message, or only that it cannot be had (131060), as after ads. */
  appFirstMessage: 'shown' | 'unsupported'
  /** Whether such a number may have a webhook of its own; integrators met (#200). */
  appOverride: 'refused' | 'taken'
  /** How large a body of history may be on the wire, and how long the next waits. */
  historyBytesMax: number
  historyGapMs: number
}

export const defaultCoexistence: Readonly<CoexistenceSettings> = {
  appFirstMessage: 'shown',
  appOverride: 'refused',
  historyBytesMax: 3_000_000,
  historyGapMs: 200,
}

export const coexistenceRules: Readonly<Record<keyof CoexistenceSettings, SettingRule>> = {
  appFirstMessage: oneOf('shown', 'unsupported'),
  appOverride: oneOf('refused', 'taken'),
  historyBytesMax: between(10_000, 3_000_000),
  historyGapMs: between(0, 86_400_000),
}
