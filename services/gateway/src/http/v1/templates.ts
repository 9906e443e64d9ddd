import { dispatcherV1 } from '@palomar/contracts'
import { z } from 'zod'
import type { Clients } from '../../clients.ts'
import { type Route, route } from '../route.ts'
import { id, idParams, json, listAnswer, listOf, nullableText, orNull, page } from './fields.ts'

const tag = 'Templates'

const template = z.object({
  id: z.string(),
  name: z.string(),
  language: z.string(),
  category: z.string(),
  status: z.string(),
  /** GREEN, YELLOW, RED, UNKNOWN; null when Meta did not say. */
  quality: nullableText,
  rejected_reason: nullableText,
  parameter_format: z.string(),
  meta_waba_id: z.string(),
  /** Numbers of the company that can send it. */
  number_ids: z.array(z.string()),
  components: z.unknown(),
})

function show(one: dispatcherV1.Template): z.output<typeof template> {
  return {
    id: one.id,
    name: one.name,
    language: one.language,
    category: one.category,
    status: one.status,
    quality: orNull(one.quality),
    rejected_reason: orNull(one.rejectedReason),
    parameter_format: one.parameterFormat,
    meta_waba_id: one.metaWabaId,
    number_ids: one.numberIds,
    components: json(one.componentsJson),
  }
}

/** A word of Meta's such as APPROVED; case does not matter. */
const word = z.string().regex(/^[A-Za-z_]{1,40}$/, 'must be a word of letters')

export function templateRoutes({ dispatcher }: Clients): Route[] {
  return [
    route({
      method: 'GET',
      path: '/v1/templates',
      access: 'templates:read',
      tag,
      summary: 'Templates that can be sent, by name (TP4)',
      description:
        'Only approved ones unless `status` names another state of Meta’s, or `ANY`. Without `number_id`: of every account of the company. Read from Meta through a cache of 30 s; `fresh=true` asks again, at most every 3 s.',
      query: page.extend({
        number_id: id('number').optional(),
        status: word.optional(),
        category: word.optional(),
        language: z.string().max(20).default(''),
        q: z.string().max(120).default(''),
        fresh: z.enum(['true', 'false']).optional(),
      }),
      status: 200,
      answer: listOf(template),
      refusals: ['meta_error', 'not_found'],
      handle: async ({ query, as }) => {
        const { templates, nextCursor } = await dispatcher.listTemplates(
          {
            numberId: query.number_id ?? '',
            status: query.status ?? '',
            category: query.category ?? '',
            language: query.language,
            query: query.q,
            page: { limit: query.limit, cursor: query.cursor },
            fresh: query.fresh === 'true',
          },
          as('dispatcher'),
        )
        return listAnswer(templates, nextCursor, show)
      },
    }),
    route({
      method: 'GET',
      path: '/v1/numbers/:id/templates',
      access: 'templates:read',
      tag: 'Numbers',
      summary: 'Templates that this number can send',
      params: idParams('number'),
      status: 200,
      answer: z.object({ data: z.array(template) }),
      refusals: ['meta_error'],
      handle: async ({ params, as }) => {
        const { templates } = await dispatcher.listTemplates(
          dispatcherV1.ListTemplatesRequest.fromPartial({ numberId: params.id }),
          as('dispatcher'),
        )
        return { data: templates.map(show) }
      },
    }),
  ]
}
