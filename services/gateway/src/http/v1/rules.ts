import type { automationV1 } from '@palomar/contracts'
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
  nullableInstant,
  nullableText,
  orNull,
  page,
} from './fields.ts'

const tag = 'Automation'

const match = z.enum(['any_word', 'exact', 'starts_with'])

const rule = z.object({
  id: z.string(),
  name: z.string(),
  enabled: z.boolean(),
  number_ids: z.array(z.string()),
  keywords: z.array(z.string()),
  match: z.string(),
  reply_text: z.string(),
  cooldown_s: z.number(),
  position: z.number(),
  fired_count: z.number(),
  last_fired_at: nullableInstant,
  last_refusal_code: nullableText,
  last_refused_at: nullableInstant,
  created_at: nullableInstant,
  updated_at: nullableInstant,
  version: z.number(),
})

const fields = z.strictObject({
  name: line(120),
  enabled: z.boolean(),
  number_ids: z.array(id('number')).max(100),
  keywords: z.array(line(100)).min(1).max(50),
  match,
  reply_text: z.string().min(1).max(4_096),
  cooldown_s: z.number().int().min(0).max(604_800),
  position: z.number().int().min(0).max(10_000),
})

function show(one: automationV1.Rule): z.output<typeof rule> {
  return {
    id: one.id,
    name: one.name,
    enabled: one.enabled,
    number_ids: one.numberIds,
    keywords: one.keywords,
    match: one.match,
    reply_text: one.replyText,
    cooldown_s: one.cooldownS,
    position: one.position,
    fired_count: Number(one.firedCount),
    last_fired_at: iso(one.lastFiredAt),
    last_refusal_code: orNull(one.lastRefusalCode),
    last_refused_at: iso(one.lastRefusedAt),
    created_at: iso(one.createdAt),
    updated_at: iso(one.updatedAt),
    version: Number(one.version),
  }
}

const description =
  'A customer’s text is compared without case and accents. any_word: one keyword is among its words; exact: it is the whole text; starts_with. Of the rules that match, the one with the lowest position answers, at most once per conversation in cooldown_s seconds. Without number_ids it hears every number.'

export function ruleRoutes({ automation }: Clients): Route[] {
  return [
    route({
      method: 'GET',
      path: '/v1/rules',
      access: 'automation:read',
      tag,
      summary: 'Keyword rules, in the order in which they are tried',
      query: page,
      status: 200,
      answer: listOf(rule),
      handle: async ({ query, as }) => {
        const { rules, nextCursor } = await automation.listRules({ page: query }, as('automation'))
        return listAnswer(rules, nextCursor, show)
      },
    }),
    route({
      method: 'POST',
      path: '/v1/rules',
      access: 'automation:manage',
      tag,
      summary: 'A rule that answers a keyword by itself',
      description,
      body: fields.partial({
        enabled: true,
        number_ids: true,
        match: true,
        cooldown_s: true,
        position: true,
      }),
      status: 201,
      answer: rule,
      refusals: ['conflict'],
      handle: async ({ body, as }) =>
        show(
          await automation.createRule(
            {
              name: body.name,
              enabled: body.enabled ?? true,
              numberIds: body.number_ids ?? [],
              keywords: body.keywords,
              match: body.match ?? 'any_word',
              replyText: body.reply_text,
              cooldownS: body.cooldown_s ?? 0,
              position: body.position ?? 100,
            },
            as('automation'),
          ),
        ),
    }),
    route({
      method: 'GET',
      path: '/v1/rules/:id',
      access: 'automation:read',
      tag,
      summary: 'One rule',
      params: idParams('rule'),
      status: 200,
      answer: rule,
      handle: async ({ params, as }) => show(await automation.getRule({ id: params.id }, as('automation'))),
    }),
    route({
      method: 'PATCH',
      path: '/v1/rules/:id',
      access: 'automation:manage',
      tag,
      summary: 'Change a rule, or switch it on or off',
      description,
      params: idParams('rule'),
      body: fields.partial(),
      status: 200,
      answer: rule,
      handle: async ({ params, body, as }) =>
        show(
          await automation.updateRule(
            {
              id: params.id,
              name: body.name,
              enabled: body.enabled,
              numberIds: body.number_ids && { values: body.number_ids },
              keywords: body.keywords && { values: body.keywords },
              match: body.match,
              replyText: body.reply_text,
              cooldownS: body.cooldown_s,
              position: body.position,
            },
            as('automation'),
          ),
        ),
    }),
    route({
      method: 'DELETE',
      path: '/v1/rules/:id',
      access: 'automation:manage',
      tag,
      summary: 'Delete a rule',
      params: idParams('rule'),
      status: 204,
      handle: async ({ params, as }) => {
        await automation.deleteRule({ id: params.id }, as('automation'))
      },
    }),
  ]
}
