import { z } from 'zod'
import { callActions } from '../calls/control.ts'
import { coexistenceActions } from '../coexistence/control.ts'
import { flowActions } from '../flows/control.ts'
import { groupActions } from '../groups/control.ts'
import { limitActions } from '../limits/control.ts'
import { peopleActions, personChange, personFields } from '../people/actions.ts'
import { routingActions } from '../routing/control.ts'
import { templateChange } from '../templates/control.ts'
import { type Tier, tiers } from '../world/portfolios.ts'
import { scopes } from '../world/tokens.ts'
import { type Action, action, given, place } from './action.ts'
import type { Control } from './control.ts'
import { customerView, numberView } from './view.ts'

/** By name: what `POST /control/{name}` does, and a scenario's step. */
export const actions: Readonly<Record<string, Action>> = {
  ...callActions,
  ...coexistenceActions,
  ...flowActions,
  ...groupActions,
  ...limitActions,
  ...peopleActions,
  ...routingActions,
  write: action(
    z.object({
      ...place,
      text: z.string().max(4096).optional(),
      type: z.string().optional(),
      content: z.unknown().optional(),
      name: z.string().max(100).optional(),
      quoted: z.string().optional(),
      referral: z.record(z.string(), z.unknown()).optional(),
    }),
    (control, { phone_number_id, wa_id, ...writing }) => ({
      wamid: control.write(given({ phoneNumberId: phone_number_id, waId: wa_id, ...writing })),
    }),
  ),
  picture: action(z.object(place), (control, { phone_number_id, wa_id }, origin) => ({
    wamid: control.writePicture({ phoneNumberId: phone_number_id, waId: wa_id }, origin),
  })),
  voice: action(z.object(place), (control, { phone_number_id, wa_id }, origin) => ({
    wamid: control.writeVoice({ phoneNumberId: phone_number_id, waId: wa_id }, origin),
  })),
  look: action(z.object({ ...place, open: z.boolean() }), (control, { phone_number_id, wa_id, open }) => {
    control.look(phone_number_id, wa_id, open)
  }),
  customers: action(
    z.object({
      wa_id: z.string(),
      name: z.string().max(100).optional(),
      on_whatsapp: z.boolean().optional(),
      offline: z.boolean().optional(),
      tells_read: z.boolean().optional(),
      stops_marketing: z.boolean().optional(),
      blocks: z.boolean().optional(),
      hides_phone: z.boolean().optional(),
      ...personFields,
    }),
    (control, body) => {
      const { wa_id, name, on_whatsapp, offline, tells_read, stops_marketing, blocks, hides_phone } = body
      const change = {
        ...personChange(body),
        name: name?.trim() || undefined,
        isOnWhatsApp: on_whatsapp,
        isOffline: offline,
        tellsRead: tells_read,
        stopsMarketing: stops_marketing,
        blocks,
        ...given({ hidesPhone: hides_phone }),
      }
      return customerView(control.customer(wa_id, given(change)))
    },
  ),
  numbers: action(
    z.object({
      phone_number_id: z.string(),
      throughput: z.number().optional(),
      standing: z.enum(['good', 'unregistered', 'locked', 'unpaid']).optional(),
      quality: z.enum(['GREEN', 'YELLOW', 'RED', 'UNKNOWN']).optional(),
      token: z.string().min(1).optional(),
      official: z.boolean().optional(),
    }),
    (control, { phone_number_id, official: isOfficial, ...change }) =>
      numberView(control.number(phone_number_id, given({ ...change, isOfficial }))),
  ),
  templates: action(
    templateChange.extend({ waba_id: z.string(), name: z.string(), language: z.string() }),
    (control, { waba_id, name, language, ...change }) => control.template(waba_id, name, language, change),
  ),
  tokens: action(
    z.object({
      token: z.string().min(1),
      nodes: z.array(z.string()).optional(),
      scopes: z.array(z.enum(scopes)).optional(),
      expires_in_ms: z.number().optional(),
      revoke: z.boolean().optional(),
      app: z.string().optional(),
    }),
    (control, { expires_in_ms, ...change }) =>
      control.token(given({ ...change, expiresInMs: expires_in_ms })),
  ),
  portfolios: action(
    z.object({
      business_id: z.string(),
      tier: z.enum(Object.keys(tiers) as [Tier, ...Tier[]]).optional(),
      auth_international: z.boolean().optional(),
      verified: z.boolean().optional(),
    }),
    (control, { business_id, auth_international: isInternational, verified: isVerified, ...change }) =>
      control.portfolio(business_id, given({ ...change, isInternational, isVerified })),
  ),
  apps: action(
    z.object({
      app: z.string(),
      webhook_url: z.string().optional(),
      secret: z.string().optional(),
      verify_token: z.string().optional(),
      trust: z.boolean().optional(),
      in_development: z.boolean().optional(),
      require_proof: z.boolean().optional(),
      version: z.number().int().optional(),
    }),
    (control, { app, webhook_url, verify_token, in_development, require_proof, ...change }) =>
      control.app(
        app,
        given({
          ...change,
          webhookUrl: webhook_url,
          verifyToken: verify_token,
          inDevelopment: in_development,
          requireProof: require_proof,
        }),
      ),
  ),
  clock: action(z.object({ advance_ms: z.number() }), async (control, { advance_ms }) => ({
    now: await control.advance(advance_ms),
  })),
  settings: action(z.record(z.string(), z.unknown()), (control, change) => control.settings(change)),
  faults: action(z.record(z.string(), z.number()), (control, rates) => control.faults(rates)),
  crowds: action(
    z.object({
      name: z.string().min(1).max(40).default('crowd'),
      phone_number_ids: z.array(z.string()).min(1).optional(),
      customers: z.number().int().min(1).max(1_000_000).optional(),
      writes_per_second: z.number().min(0).max(50_000).optional(),
      answers_share: z.number().min(0).max(1).optional(),
      answer_ms: z.number().min(0).max(86_400_000).optional(),
      silent_share: z.number().min(0).max(1).optional(),
      messages_max: z.number().int().min(1).max(100_000_000).optional(),
      duration_ms: z.number().min(0).max(86_400_000).optional(),
      stop: z.boolean().optional(),
    }),
    (control, body) =>
      control.crowd(
        given({
          name: body.name,
          phoneNumberIds: body.phone_number_ids,
          customers: body.customers,
          writesPerSecond: body.writes_per_second,
          answersShare: body.answers_share,
          answerMs: body.answer_ms,
          silentShare: body.silent_share,
          messagesMax: body.messages_max,
          durationMs: body.duration_ms,
          stop: body.stop,
        }),
      ),
  ),
}

/** Checks the body and does it; what it says, or `{ ok: true }`. Throws ControlError or ZodError. */
export async function perform(
  control: Control,
  name: string,
  body: unknown,
  origin: string,
): Promise<object> {
  const known = actions[name]
  if (!known) throw new Error(`no action is called ${name}`)
  const said = await known.run(control, known.body.parse(body) as never, origin)
  return typeof said === 'object' && said !== null ? said : { ok: true }
}
