import type { dispatcherV1, numbersV1 } from '@palomar/contracts'
import { z } from 'zod'
import type { Clients } from '../../clients.ts'
import { type Route, route } from '../route.ts'
import {
  id,
  idParams,
  iso,
  line,
  listAnswer,
  listOf,
  metaId,
  nullableInstant,
  nullableText,
  orNull,
  page,
  secret,
} from './fields.ts'

const tag = 'Numbers'

/** Equal, byte for byte, to what `number.updated` frames carry: absent texts are empty and no quota is 0. */
const number = z.object({
  id: z.string(),
  name: z.string(),
  phone_number_id: z.string(),
  display_phone_number: z.string(),
  verified_name: z.string(),
  meta_waba_id: z.string(),
  waba_id: z.string(),
  portfolio_id: z.string(),
  state: z.string(),
  throughput_per_second: z.number(),
  daily_quota: z.number(),
  quality_rating: z.string(),
  messaging_tier: z.string(),
  graph_version: z.string(),
  app_ids: z.array(z.string()),
  created_at: nullableInstant,
  updated_at: nullableInstant,
  token_rotated_at: nullableInstant,
})

const check = z.object({
  verdict: z.enum(['ok', 'limited', 'blocked', 'token_invalid', 'not_found', 'refused', 'unreachable']),
  display_phone_number: nullableText,
  verified_name: nullableText,
  quality_rating: nullableText,
  messaging_limit: nullableText,
  throughput_level: nullableText,
  can_send_message: nullableText,
  problems: z.array(z.object({ code: z.number(), title: z.string(), advice: z.string() })),
  checked_at: nullableInstant,
  duration_ms: z.number(),
  graph_version: nullableText,
})

const showCheck = (one: dispatcherV1.NumberCheck): z.output<typeof check> => ({
  verdict: check.shape.verdict.catch('refused').parse(one.verdict),
  display_phone_number: orNull(one.displayPhoneNumber),
  verified_name: orNull(one.verifiedName),
  quality_rating: orNull(one.qualityRating),
  messaging_limit: orNull(one.messagingLimit),
  throughput_level: orNull(one.throughputLevel),
  can_send_message: orNull(one.canSendMessage),
  problems: one.problems,
  checked_at: iso(one.checkedAt),
  duration_ms: one.durationMs,
  graph_version: orNull(one.graphVersion),
})

function show(one: numbersV1.Number): z.output<typeof number> {
  return {
    id: one.id,
    name: one.name,
    phone_number_id: one.phoneNumberId,
    display_phone_number: one.displayPhoneNumber,
    verified_name: one.verifiedName,
    meta_waba_id: one.metaWabaId,
    waba_id: one.wabaId,
    portfolio_id: one.portfolioId,
    state: one.state,
    throughput_per_second: one.throughputPerSecond,
    daily_quota: Number(one.dailyQuota),
    quality_rating: one.qualityRating,
    messaging_tier: one.messagingTier,
    graph_version: one.graphVersion,
    app_ids: one.appIds,
    created_at: iso(one.createdAt),
    updated_at: iso(one.updatedAt),
    token_rotated_at: iso(one.tokenRotatedAt),
  }
}

const throughput = z.number().int().min(1).max(1_000)
const quota = z.number().int().min(0).max(1_000_000_000)
const graphVersion = z.string().regex(/^v\d{1,2}\.\d$/, 'must be a Graph version such as v22.0')
const displayPhoneNumber = z
  .string()
  .max(40)
  .refine((text) => {
    const digits = text.replace(/\D/g, '')
    return /^\+?[\d\s().-]+$/.test(text) && digits.length >= 7 && digits.length <= 15
  }, 'must be a phone number')

const created = z
  .strictObject({
    name: line(120),
    phone_number_id: metaId,
    display_phone_number: displayPhoneNumber,
    waba_id: id('waba').optional(),
    meta_waba_id: metaId.optional(),
    meta_business_id: metaId.optional(),
    access_token: secret(4_096),
    app_ids: z.array(id('app')).max(20).optional(),
    throughput_per_second: throughput.optional(),
    daily_quota: quota.optional(),
    graph_version: graphVersion.optional(),
  })
  .refine((body) => (body.waba_id === undefined) !== (body.meta_waba_id === undefined), {
    path: ['meta_waba_id'],
    message: 'give one of waba_id and meta_waba_id',
  })

const changed = z.strictObject({
  name: line(120).optional(),
  display_phone_number: displayPhoneNumber.optional(),
  access_token: secret(4_096).optional(),
  throughput_per_second: throughput.optional(),
  daily_quota: quota.optional(),
  graph_version: graphVersion.optional(),
})

export function numberRoutes({ numbers, dispatcher }: Clients): Route[] {
  const stateRoute = (verb: 'pause' | 'activate', state: string, summary: string) =>
    route({
      method: 'POST',
      path: `/v1/numbers/:id/${verb}`,
      access: 'numbers:manage',
      tag,
      summary,
      params: idParams('number'),
      status: 200,
      answer: number,
      handle: async ({ params, tenantId, as }) =>
        show(await numbers.setNumberState({ id: params.id, tenantId, state }, as('tenancy'))),
    })

  return [
    route({
      method: 'GET',
      path: '/v1/numbers',
      access: 'numbers:read',
      tag,
      summary: 'Numbers of the company',
      query: page.extend({ state: z.enum(['active', 'paused']).optional() }),
      status: 200,
      answer: listOf(number),
      handle: async ({ query: { state, ...page }, tenantId, as }) => {
        const answer = await numbers.listNumbers({ tenantId, page, state: state ?? '' }, as('tenancy'))
        return listAnswer(answer.numbers, answer.nextCursor, show)
      },
    }),
    route({
      method: 'POST',
      path: '/v1/numbers',
      access: 'numbers:manage',
      tag,
      summary: 'Add a number; its account and portfolio are found or made by their Meta ids',
      body: created,
      status: 201,
      answer: number,
      refusals: ['already_exists', 'not_found'],
      handle: async ({ body, tenantId, as }) =>
        show(
          await numbers.createNumber(
            {
              tenantId,
              name: body.name,
              phoneNumberId: body.phone_number_id,
              displayPhoneNumber: body.display_phone_number,
              wabaId: body.waba_id ?? '',
              metaWabaId: body.meta_waba_id ?? '',
              metaBusinessId: body.meta_business_id ?? '',
              accessToken: body.access_token,
              appIds: body.app_ids ?? [],
              throughputPerSecond: body.throughput_per_second ?? 0,
              dailyQuota: BigInt(body.daily_quota ?? 0),
              graphVersion: body.graph_version ?? '',
            },
            as('tenancy'),
          ),
        ),
    }),
    route({
      method: 'GET',
      path: '/v1/numbers/:id',
      access: 'numbers:read',
      tag,
      summary: 'One number',
      params: idParams('number'),
      status: 200,
      answer: number,
      handle: async ({ params, tenantId, as }) =>
        show(await numbers.getNumber({ id: params.id, tenantId }, as('tenancy'))),
    }),
    route({
      method: 'PATCH',
      path: '/v1/numbers/:id',
      access: 'numbers:manage',
      tag,
      summary: 'Change a number; a new access token is used at once',
      params: idParams('number'),
      body: changed,
      status: 200,
      answer: number,
      handle: async ({ params, body, tenantId, as }) =>
        show(
          await numbers.updateNumber(
            {
              id: params.id,
              tenantId,
              name: body.name,
              displayPhoneNumber: body.display_phone_number,
              accessToken: body.access_token,
              throughputPerSecond: body.throughput_per_second,
              dailyQuota: body.daily_quota === undefined ? undefined : BigInt(body.daily_quota),
              graphVersion: body.graph_version,
            },
            as('tenancy'),
          ),
        ),
    }),
    route({
      method: 'DELETE',
      path: '/v1/numbers/:id',
      access: 'numbers:manage',
      tag,
      summary: 'Remove a number',
      params: idParams('number'),
      status: 204,
      handle: async ({ params, tenantId, as }) => {
        await numbers.deleteNumber({ id: params.id, tenantId }, as('tenancy'))
      },
    }),
    stateRoute('pause', 'paused', 'Pause a number: nothing is sent from it'),
    stateRoute('activate', 'active', 'Let a paused number send again'),
    route({
      method: 'POST',
      path: '/v1/numbers/:id/health-check',
      access: 'numbers:read',
      tag,
      summary: 'Ask Meta whether the number works, now, with its own token',
      description:
        'A no of Meta’s is an answer: see verdict and problems. Pressed again within five seconds it gives the same answer.',
      params: idParams('number'),
      status: 200,
      answer: check,
      handle: async ({ params, as }) =>
        showCheck(await dispatcher.checkNumber({ id: params.id }, as('dispatcher'))),
    }),
  ]
}
