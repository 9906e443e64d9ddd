import { z } from 'zod'
import { type Action, action, given, place } from '../control/action.ts'
import { customerView } from '../control/view.ts'

import { testRecipientsMax } from './test-mode.ts'

const who = { wa_id: z.string() }

/** What `POST /control/{name}` does about people, beside `customers`. */
export const peopleActions: Readonly<Record<string, Action>> = {
  'change-number': action(z.object({ ...who, new_wa_id: z.string() }), (control, { wa_id, new_wa_id }) =>
    customerView(control.changeNumber(wa_id, new_wa_id)),
  ),
  recycle: action(z.object({ ...who, name: z.string().max(100).optional() }), (control, { wa_id, name }) =>
    customerView(control.recycle(wa_id, name)),
  ),
  reinstall: action(z.object(who), (control, { wa_id }) => customerView(control.reinstall(wa_id))),
  forget: action(
    z.object({ ...who, business_id: z.string().optional() }),
    (control, { wa_id, business_id }) => control.forget(wa_id, business_id),
  ),
  'share-contact': action(
    z.object({ ...place, quoted: z.string().optional() }),
    (control, { phone_number_id, wa_id, quoted }) => ({
      wamid: control.shareContact(phone_number_id, wa_id, quoted),
    }),
  ),
  play: action(z.object({ wamid: z.string() }), (control, { wamid }) => ({ first: control.play(wamid) })),
  'test-mode': action(
    z.object({
      phone_number_id: z.string(),
      recipients: z.array(z.string()).max(testRecipientsMax).nullable(),
    }),
    (control, { phone_number_id, recipients }) => control.testMode(phone_number_id, recipients),
  ),
  'held-username': action(
    z.object({ username: z.string(), by: z.enum(['facebook', 'instagram', 'nobody']) }),
    (control, { username, by }) => control.holdUsername(username, by === 'nobody' ? null : by),
  ),
  'business-username': action(
    z.object({ phone_number_id: z.string(), status: z.enum(['approved', 'reserved']) }),
    (control, { phone_number_id, status }) => control.businessUsername(phone_number_id, status),
  ),
  'parent-ids': action(
    z.object({ business_id: z.string(), on: z.boolean() }),
    (control, { business_id, on }) => control.parentIds(business_id, on),
  ),
}

/** What `customers` takes beside the habits. An empty username is none. */
export const personFields = {
  username: z
    .string()
    .regex(/^$|^@?[a-z0-9._]{3,35}$/, 'must be 3 to 35 of a-z, 0-9, . and _')
    .optional(),
  unfit: z.enum(['terms', 'client', '']).optional(),
}

/** Who takes a username keeps the number from businesses that do not know it, unless told otherwise; who gives it up shows it. */
export function personChange({
  username,
  unfit,
}: {
  username?: string | undefined
  unfit?: 'terms' | 'client' | '' | undefined
}) {
  return given({
    username: username?.replace(/^@/, ''),
    hidesPhone: username === undefined ? undefined : username !== '',
    unfit,
  })
}
