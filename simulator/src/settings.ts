import { type CallSettings, callSettingRules, defaultCallSettings } from './calls/settings.ts'
import { type CoexistenceSettings, coexistenceRules, defaultCoexistence } from './coexistence/settings.ts'
import { defaultGroupSettings, type GroupSettings, groupSettingRules } from './groups/settings.ts'
import { defaultLimitSettings, type LimitSettings, limitSettingRules } from './limits/settings.ts'
import { type MediaSettings, mediaChoices, mediaDefaults } from './media/settings.ts'
import { changePeople, type PeopleSettings, peopleDefaults } from './people/settings.ts'
import { defaultRouting, type RoutingSettings, routingRules } from './routing/settings.ts'
import type { SettingRule } from './setting-rules.ts'
import { defaultTemplateSettings, type TemplateSettings, templateSettingRules } from './templates/settings.ts'

/** How the simulated platform behaves; each may change while it runs. Times in milliseconds. */
export interface Settings
  extends CallSettings,
    CoexistenceSettings,
    GroupSettings,
    LimitSettings,
    MediaSettings,
    PeopleSettings,
    RoutingSettings,
    TemplateSettings {
  /** `real`: delays as Meta's in place of the times below, drawn from the seed; see delivery/delays.ts. */
  realism: 'quick' | 'real'
  /** How long Graph takes to answer a send. */
  latencyMs: number
  /** After the answer. */
  sentMs: number
  deliveredMs: number
  /** After delivery, by customers who are not looking; null: only when they open the chat. */
  readMs: number | null
  /** How long a template is held for its quality. */
  heldMs: number
  /** What is told of a message that could not be delivered in its time: nothing, or `failed` (131043). */
  expiry: 'silent' | 'status'
  /** Where a message into a closed window fails: in a status, as Meta mostly does, or in the answer. */
  closedWindow: 'status' | 'answer'
  /** Refuse what is over the number's throughput (130429) or the pair's rate (131056). */
  rates: boolean
  /** Changes in one webhook body, and how long the first may wait for others. */
  webhookChangesMax: number
  webhookLingerMs: number
  webhookTimeoutMs: number
  /** Retries' gaps grow up to this; Meta's up to hours, a demo wants to see a restarted receiver soon. */
  webhookRetryGapMaxMs: number
  /** After so long Meta gives a webhook up. */
  webhookRetriesForMs: number
  /** Non-ASCII as \\uXXXX and / as \\/, as Meta does. */
  webhookEscapes: boolean
  /** How late a delayed webhook is, and how long one waits to be merged. */
  webhookDelayMs: number
  webhookMergeMs: number
  /** How long the review of a new template takes. */
  reviewMs: number
  /** Whether a change of a published Flow is refused (139001) or makes it a draft again; clients say both. */
  publishedFlowUpdate: 'refused' | 'draft'
  /** Whether a message may name a Flow that the account does not have. */
  flowsMustExist: boolean
}

export const defaultSettings: Readonly<Settings> = {
  realism: 'quick',
  latencyMs: 0,
  sentMs: 40,
  deliveredMs: 250,
  readMs: null,
  heldMs: 3_000,
  expiry: 'silent',
  closedWindow: 'status',
  rates: true,
  webhookChangesMax: 100,
  webhookLingerMs: 5,
  webhookTimeoutMs: 10_000,
  webhookRetryGapMaxMs: 60_000,
  webhookRetriesForMs: 7 * 86_400_000,
  webhookEscapes: true,
  webhookDelayMs: 5_000,
  webhookMergeMs: 300,
  reviewMs: 2_000,
  publishedFlowUpdate: 'refused',
  flowsMustExist: false,
  ...peopleDefaults,
  ...defaultCallSettings,
  ...defaultGroupSettings,
  ...defaultLimitSettings,
  ...defaultTemplateSettings,
  ...mediaDefaults,
  ...defaultCoexistence,
  ...defaultRouting,
}

const daysMaxMs = 30 * 86_400_000
const times = [
  'latencyMs',
  'sentMs',
  'deliveredMs',
  'webhookLingerMs',
  'webhookTimeoutMs',
  'webhookRetryGapMaxMs',
  'webhookRetriesForMs',
  'webhookDelayMs',
  'webhookMergeMs',
  'reviewMs',
  'heldMs',
  'linkTimeoutMs',
] as const
const flags = ['rates', 'webhookEscapes', 'flowsMustExist'] as const
/** Settings that are one of a few words. */
const choices = {
  realism: ['quick', 'real'],
  expiry: ['silent', 'status'],
  closedWindow: ['status', 'answer'],
  publishedFlowUpdate: ['refused', 'draft'],
  ...mediaChoices,
} as const
const rules: Readonly<Record<string, SettingRule>> = {
  ...callSettingRules,
  ...groupSettingRules,
  ...limitSettingRules,
  ...templateSettingRules,
  ...coexistenceRules,
  ...routingRules,
}

/** Changes what `wanted` names; says what is wrong, and then changes nothing. */
export function changeSettings(settings: Settings, wanted: Record<string, unknown>): string | undefined {
  const next = { ...settings }
  for (const [name, value] of Object.entries(wanted)) {
    const problem = change(next, name, value)
    if (problem) return problem
  }
  Object.assign(settings, next)
  return undefined
}

function change(next: Settings, name: string, value: unknown): string | undefined {
  const time = times.find((each) => each === name)
  if (time) {
    if (!isBetween(value, 0, daysMaxMs)) return `${name} must be milliseconds from 0 to ${daysMaxMs}`
    next[time] = value
    return undefined
  }
  const flag = flags.find((each) => each === name)
  if (flag) {
    if (typeof value !== 'boolean') return `${name} must be true or false`
    next[flag] = value
    return undefined
  }
  if (name === 'readMs') {
    if (value !== null && !isBetween(value, 0, daysMaxMs))
      return `readMs must be null or milliseconds from 0 to ${daysMaxMs}`
    next.readMs = value
    return undefined
  }
  if (name in choices) {
    const words: readonly unknown[] = choices[name as keyof typeof choices]
    if (!words.includes(value)) return `${name} must be ${words.join(' or ')}`
    Object.assign(next, { [name]: value })
    return undefined
  }
  if (name === 'webhookChangesMax') {
    if (!isBetween(value, 1, 1_000)) return 'webhookChangesMax must be from 1 to 1000'
    next.webhookChangesMax = Math.floor(value)
    return undefined
  }
  const ofPeople = changePeople(next, name, value)
  if (ofPeople !== undefined) return ofPeople || undefined
  const rule = rules[name]
  if (rule) {
    if (!rule.takes(value)) return `${name} must be ${rule.says}`
    Object.assign(next, { [name]: value })
    return undefined
  }
  return `no setting is called ${name}; there are ${Object.keys(defaultSettings).join(', ')}`
}

const isBetween = (value: unknown, min: number, max: number): value is number =>
  typeof value === 'number' && value >= min && value <= max
