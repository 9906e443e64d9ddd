import { z } from 'zod'
import { action, given } from '../control/action.ts'
import { ControlError } from '../control/control-error.ts'
import type { Value } from '../delivery/values.ts'
import type { Simulation } from '../simulation.ts'
import type { PhoneNumber } from '../world/types.ts'
import { accountEvents, alertTypes, ofPortfolio, reviewDecisions } from './account-events.ts'
import {
  decideName,
  nameDecisions,
  securityEvents,
  tellSecurity,
  upgradeThroughput,
} from './number-events.ts'

/** What Meta decides about numbers and accounts. */
export interface LimitControl {
  /** A minute of maintenance, then 1,000 a second. */
  upgrade(phoneNumberId: string): void
  decideName(phoneNumberId: string, decision: (typeof nameDecisions)[number], reason?: string): void
  security(phoneNumberId: string, event: (typeof securityEvents)[number], requester?: string): void
  /** An `account_update`: a restriction or a ban has its effect; `more` says other things than the usual ones. */
  account(wabaId: string, event: string, more?: Value): void
  review(wabaId: string, decision: (typeof reviewDecisions)[number]): void
  alert(phoneNumberId: string, type: (typeof alertTypes)[number]): void
}

export function limitControl(
  simulation: Simulation,
  { numberOf }: { numberOf(id: string): PhoneNumber },
): LimitControl {
  const { world } = simulation
  const seconds = () => Math.floor(simulation.now() / 1_000)

  function placeOf(wabaId: string) {
    const account = world.accounts.find(wabaId)
    const number = [...world.numbers.values()].find((each) => each.wabaId === wabaId)
    if (!account || !number) throw new ControlError(`there is no account ${wabaId} with a number`)
    return { account, number }
  }

  return {
    upgrade(id) {
      if (simulation.coexistence.isOnApp(id))
        throw new ControlError('a number that is on the app sends 20 a second')
      upgradeThroughput(simulation, numberOf(id))
    },
    decideName: (id, decision, reason) => decideName(simulation, numberOf(id), given({ decision, reason })),
    security: (id, event, requester) => tellSecurity(simulation, numberOf(id), event, requester),
    account(wabaId, event, more = {}) {
      const usual = accountEvents[event]
      if (!usual) throw new ControlError(`event must be one of ${Object.keys(accountEvents).join(', ')}`)
      const { account, number } = placeOf(wabaId)
      const value = { event, ...usual({ wabaId, businessId: account.businessId, now: seconds() }), ...more }
      const { restriction_info = [], ban_info } = value as {
        restriction_info?: { restriction_type: string; expiration: number }[]
        ban_info?: { waba_ban_state?: string }
      }
      account.restrictions ??= new Map()
      for (const { restriction_type, expiration } of restriction_info)
        account.restrictions.set(restriction_type, Number(expiration) * 1_000)
      if (ban_info) account.isBanned = ban_info.waba_ban_state === 'DISABLE'
      const entry = ofPortfolio(event) ? { entryId: account.businessId } : {}
      simulation.emit(number, value, 'account_update', seconds(), entry)
    },
    review(wabaId, decision) {
      const { account, number } = placeOf(wabaId)
      account.reviewStatus = decision
      simulation.emit(number, { decision }, 'account_review_update', seconds())
    },
    alert(id, alert_type) {
      const number = numberOf(id)
      const isOfNumber = alert_type === 'PROFILE_PICTURE_LOST' || alert_type.startsWith('OBA_')
      const value = {
        entity_type: isOfNumber ? 'PHONE_NUMBER' : 'BUSINESS',
        entity_id: isOfNumber ? number.id : number.businessId,
        alert_info: {
          alert_severity: alert_type === 'OBA_APPROVED' ? 'INFORMATIONAL' : 'WARNING',
          alert_status: 'ACTIVE',
          alert_type,
          alert_description: alert_type.toLowerCase().replaceAll('_', ' '),
        },
      }
      simulation.emit(number, value, 'account_alerts', seconds())
    },
  }
}

/** By name, under /control and in scenarios. */
export const limitActions = {
  upgrade: action(z.object({ phone_number_id: z.string() }), ({ limits }, { phone_number_id }) =>
    limits.upgrade(phone_number_id),
  ),
  name_decision: action(
    z.object({
      phone_number_id: z.string(),
      decision: z.enum(nameDecisions),
      rejection_reason: z.string().optional(),
    }),
    ({ limits }, { phone_number_id, decision, rejection_reason }) =>
      limits.decideName(phone_number_id, decision, rejection_reason),
  ),
  security: action(
    z.object({
      phone_number_id: z.string(),
      event: z.enum(securityEvents),
      requester: z.string().optional(),
    }),
    ({ limits }, { phone_number_id, event, requester }) => limits.security(phone_number_id, event, requester),
  ),
  account_update: action(
    z.object({ waba_id: z.string(), event: z.string(), more: z.record(z.string(), z.unknown()).optional() }),
    ({ limits }, { waba_id, event, more }) => limits.account(waba_id, event, more),
  ),
  account_review: action(
    z.object({ waba_id: z.string(), decision: z.enum(reviewDecisions) }),
    ({ limits }, { waba_id, decision }) => limits.review(waba_id, decision),
  ),
  alert: action(
    z.object({ phone_number_id: z.string(), type: z.enum(alertTypes) }),
    ({ limits }, { phone_number_id, type }) => limits.alert(phone_number_id, type),
  ),
}
