import { between, flag, oneOf, type SettingRule } from '../setting-rules.ts'

/** Groups, where Meta gives a figure that may change, or its clients read two things. */
export interface GroupSettings {
  /** From a request about a group to the webhook that says what became of it. */
  groupMs: number
  /** Source: Meta, "Groups API": eight participants beside the business, ten thousand groups of a number. */
  groupParticipantsMax: number
  groupsMax: number
  /** Requests about groups from one number in a minute (131208); 0: any number, Meta names none. */
  groupRequestsPerMinuteMax: number
  /** Too much marketing inside windows: no new groups (131214). */
  groupCreationDisabled: boolean
  /** Where too many groups (131211) and a wrong picture (131209, 131210) are told: Meta's pages have both. */
  groupFailures: 'answer' | 'webhook'
  /** The list of groups: `data.groups[]` as Meta's page and piusalfred/whatsapp have it, or a plain `data[]` as pywa reads it. */
  groupList: 'wrapped' | 'plain'
  /** `contacts[].wa_id` of a send, with the group's id: pywa (`types/sent_update.py`) fails without it. */
  groupSendWaId: boolean
}

export const defaultGroupSettings: Readonly<GroupSettings> = {
  groupMs: 300,
  groupParticipantsMax: 8,
  groupsMax: 10_000,
  groupRequestsPerMinuteMax: 0,
  groupCreationDisabled: false,
  groupFailures: 'answer',
  groupList: 'wrapped',
  groupSendWaId: true,
}

export const groupSettingRules: Readonly<Record<keyof GroupSettings, SettingRule>> = {
  groupMs: between(0, 86_400_000),
  groupParticipantsMax: between(1, 1_024),
  groupsMax: between(0, 10_000),
  groupRequestsPerMinuteMax: between(0, 5_000),
  groupCreationDisabled: flag,
  groupFailures: oneOf('answer', 'webhook'),
  groupList: oneOf('wrapped', 'plain'),
  groupSendWaId: flag,
}
