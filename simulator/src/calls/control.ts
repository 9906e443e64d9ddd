import { z } from 'zod'
import { action, given, place } from '../control/action.ts'
import { ControlError } from '../control/control-error.ts'
import type { Simulation } from '../simulation.ts'
import type { Customer, PhoneNumber } from '../world/types.ts'
import { answerCall, type CallingFrom, callNumber } from './customer.ts'
import { givePermission } from './permission-replies.ts'
import { type RestrictionType, restrictionTypes } from './restrictions.ts'
import type { VoiceCall } from './voice-call.ts'

/** What customers do about calls. */
export interface CallControl {
  /** A customer calls a number; the call's id. */
  dial(place: { phoneNumberId: string; waId: string } & CallingFrom): string
  /** A customer takes or refuses the business's call, hangs up, or is cut off with an error of Meta's. */
  answer(callId: string, what: 'take' | 'refuse' | 'hang_up' | 'break_off', code?: number): void
  /** In the business's profile: for a week, for good, or not any more. */
  permit(phoneNumberId: string, waId: string, status: 'temporary' | 'permanent' | 'no_permission'): void
  /** Meta takes calls from a number for some days. */
  restrict(phoneNumberId: string, type: RestrictionType, days: number): void
  find(callId: string): Readonly<VoiceCall> | undefined
}

/** Whom a control call names, or a ControlError. */
export interface Named {
  numberOf(id: string): PhoneNumber
  personOf(waId: string): Customer
}

const connectionError = 138004

export const callControl = (simulation: Simulation, { numberOf, personOf }: Named): CallControl => ({
  dial: ({ phoneNumberId, waId, ...how }) =>
    callNumber(simulation, numberOf(phoneNumberId), personOf(waId), how).id,
  answer(callId, what, code = connectionError) {
    const call = simulation.calls.find(callId)
    if (!call) throw new ControlError(`there is no call ${callId}`)
    answerCall(simulation, call, what, code)
  },
  permit(phoneNumberId, waId, status) {
    givePermission(simulation, numberOf(phoneNumberId), personOf(waId), {
      source: 'user_action',
      isPermanent: status === 'permanent',
      isRefused: status === 'no_permission',
    })
  },
  restrict(phoneNumberId, type, days) {
    simulation.calls.restrictions.restrict(numberOf(phoneNumberId), type, days * 86_400_000)
  },
  find: (callId) => simulation.calls.find(callId),
})

/** By name, under /control and in scenarios. */
export const callActions = {
  call: action(
    z.object({
      ...place,
      sdp: z.string().min(1).max(20_000).optional(),
      deeplink_payload: z.string().max(512).optional(),
      cta_payload: z.string().max(512).optional(),
    }),
    ({ calls }, { phone_number_id, wa_id, sdp, deeplink_payload, cta_payload }) => ({
      call_id: calls.dial({
        phoneNumberId: phone_number_id,
        waId: wa_id,
        ...given({ sdp, deeplinkPayload: deeplink_payload, ctaPayload: cta_payload }),
      }),
    }),
  ),
  call_answer: action(
    z.object({
      call_id: z.string(),
      what: z.enum(['take', 'refuse', 'hang_up', 'break_off']),
      code: z.number().int().optional(),
    }),
    ({ calls }, { call_id, what, code }) => calls.answer(call_id, what, code),
  ),
  call_restriction: action(
    z.object({
      phone_number_id: z.string(),
      type: z.enum(restrictionTypes),
      days: z.number().min(0).max(365).optional(),
    }),
    ({ calls }, { phone_number_id, type, days = 7 }) => calls.restrict(phone_number_id, type, days),
  ),
  call_permission: action(
    z.object({ ...place, status: z.enum(['temporary', 'permanent', 'no_permission']) }),
    ({ calls }, { phone_number_id, wa_id, status }) => calls.permit(phone_number_id, wa_id, status),
  ),
}
