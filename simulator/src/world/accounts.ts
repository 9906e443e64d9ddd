import type { PhoneNumber } from './types.ts'

/** Another address for message-like fields, which Meta has asked before it took it. */
export interface Callback {
  uri: string
  verifyToken: string
}

export interface Account {
  id: string
  name: string
  businessId: string
  /** Apps that hear of it, each perhaps at another address. */
  subscriptions: Map<string, Callback | undefined>
  /** Kinds of restriction, and until when each lasts, Unix ms. */
  restrictions?: Map<string, number>
  isBanned?: boolean
  reviewStatus?: string
  /** Marketing templates go by their own endpoint alone (131063). */
  disablesMarketing?: boolean
}

/**
 * Fields that an override of a number or an account redirects; all else goes to the app's own callback. Source: Meta,
 * "Webhook overrides".
 */
export const messageFields: ReadonlySet<string> = new Set([
  'messages',
  'message_echoes',
  'calls',
  'consumer_profile',
  'messaging_handovers',
  'group_lifecycle_update',
  'group_participants_update',
  'group_settings_update',
  'group_status_update',
  'smb_message_echoes',
  'smb_app_state_sync',
  'history',
  'account_settings_update',
])

export interface Destination {
  appId: string
  /** Empty: the app's own. */
  uri: string
}

/** WhatsApp business accounts: who hears of them, and where. */
export class Accounts {
  readonly #accounts = new Map<string, Account>()
  readonly #ofNumbers = new Map<string, Callback>()

  /** Known from its first number on, whose app is subscribed from the start. */
  add({ wabaId, businessId, verifiedName, appId }: PhoneNumber): void {
    const account = this.#accounts.get(wabaId) ?? {
      id: wabaId,
      name: verifiedName,
      businessId,
      subscriptions: new Map(),
    }
    account.subscriptions.set(appId, account.subscriptions.get(appId))
    this.#accounts.set(wabaId, account)
  }

  find(wabaId: string): Account | undefined {
    return this.#accounts.get(wabaId)
  }

  redirectNumber(phoneNumberId: string, callback: Callback | undefined): void {
    if (callback) this.#ofNumbers.set(phoneNumberId, callback)
    else this.#ofNumbers.delete(phoneNumberId)
  }

  callbackOf(phoneNumberId: string): Callback | undefined {
    return this.#ofNumbers.get(phoneNumberId)
  }

  /** Where a change goes: each subscribed app, by number before account before app. */
  destinations({ id, wabaId }: PhoneNumber, field: string): Destination[] {
    const account = this.#accounts.get(wabaId)
    if (!account) return []
    const own = messageFields.has(field) ? this.#ofNumbers.get(id)?.uri : undefined
    return [...account.subscriptions].map(([appId, callback]) => ({
      appId,
      uri: own ?? (messageFields.has(field) ? callback?.uri : undefined) ?? '',
    }))
  }
}
