import { errorPolicy } from '@palomar/cloud-api'
import type { analyticsV1 } from '@palomar/contracts'
import { z } from 'zod'
import type { Clients } from '../../clients.ts'
import { type Call, type Route, route, TextReply } from '../route.ts'
import { counts, overviewCsv, showCounts } from './analytics-csv.ts'
import {
  dateOf,
  id,
  instant,
  iso,
  json,
  listAnswer,
  listOf,
  nullableInstant,
  nullableText,
  orNull,
  page,
  timeZone,
} from './fields.ts'

const tag = 'Analytics'

const words = z.object({ es: z.string(), pt: z.string(), en: z.string() })
const step = z.object({ at: z.string(), ...counts.shape })
const overview = z.object({
  from: z.string(),
  to: z.string(),
  step: z.enum(['hour', 'day']),
  time_zone: z.string(),
  counted_until: nullableInstant.meta({
    description: 'Steps from here on are not known yet; null: nobody can say now.',
  }),
  total: counts,
  previous: z.object({ from: z.string(), to: z.string(), ...counts.shape }),
  steps: z.array(step),
  numbers: z.array(
    z.object({
      number_id: z.string(),
      state: nullableText,
      display_phone_number: nullableText,
      verified_name: nullableText,
      ...counts.shape,
      steps: z.array(step),
    }),
  ),
  failures: z.array(
    z.object({
      code: z.number().nullable(),
      failure_code: nullableText,
      title: nullableText,
      advice: words.nullable(),
      count: z.number(),
    }),
  ),
})

const recentEvent = z.object({
  id: z.string(),
  at: nullableInstant,
  kind: z.string(),
  number_id: nullableText,
  message_id: nullableText,
  conversation_id: nullableText,
  detail: z.unknown(),
})

const dayOrInstant = (meaning: string) =>
  z
    .union([z.iso.date(), instant])
    .optional()
    .meta({ description: `${meaning}: a day of the zone, or a time.` })

const period = z.strictObject({
  from: dayOrInstant('First of the period; without it, today'),
  to: dayOrInstant('End of the period, not included'),
  step: z.enum(['hour', 'day']).optional(),
  time_zone: timeZone.optional().meta({ description: "IANA; without it, the company's" }),
  number_id: id('number').optional(),
  number_steps: z.enum(['true', 'false']).optional().meta({ description: 'The steps of each number too' }),
  format: z.enum(['json', 'csv']).optional(),
})

const range = z.strictObject({
  from: instant.optional(),
  to: instant.optional(),
  tenant_id: id('tenant').optional(),
})

export function analyticsRoutes({ analytics, tenancy }: Clients): Route[] {
  /** The zone of the company where the caller may ask for it; else his own. */
  async function zoneOf({ session, tenantId, as }: Call): Promise<string> {
    const own = session.identity.timeZone || 'UTC'
    if (!session.permissions.has('company:read')) return own
    const named = tenantId || session.identity.tenantId
    return (await tenancy.getTenant({ id: named }, as('tenancy'))).timeZone || own
  }

  return [
    route({
      method: 'GET',
      path: '/v1/analytics/overview',
      access: 'analytics:read',
      tag,
      summary: 'Received, sent, delivered, read and failed by hour or day and by number (AN8)',
      description:
        'Each word counts in the step in which it happened. The period before is as long as what has passed of this one. With `Accept: text/csv` or `format=csv`: one line for each step, with `number_steps` for each step and number.',
      query: period,
      status: 200,
      answer: overview,
      otherTypes: ['text/csv'],
      handle: async (input) => {
        const { query, headers, as } = input
        const zone = query.time_zone ?? (await zoneOf(input))
        const [from, to] = [timeIn(query.from), timeIn(query.to)]
        const answer = await analytics.getOverview(
          {
            from: from.at,
            to: to.at,
            fromDate: from.day,
            toDate: to.day,
            step: query.step ?? '',
            timeZone: zone,
            numberId: query.number_id ?? '',
            numberSteps: query.number_steps === 'true',
          },
          as('analytics'),
        )
        if (!wantsCsv(query.format, headers)) return show(answer, zone)
        const name = `overview-${iso(answer.from)?.slice(0, 10)}.csv`
        return new TextReply(overviewCsv(answer, zone, query.number_steps === 'true'), {
          'content-type': 'text/csv; charset=utf-8',
          'content-disposition': `attachment; filename="${name}"`,
          vary: 'Accept',
        })
      },
    }),
    route({
      method: 'GET',
      path: '/v1/analytics/events',
      access: 'analytics:read',
      tag,
      summary:
        'What happened last, newest first: failures, states of numbers and webhooks, rules that answered (AN8)',
      query: page.extend({ number_id: id('number').optional() }),
      status: 200,
      answer: listOf(recentEvent),
      handle: async ({ query, as }) => {
        const { events, nextCursor } = await analytics.listRecentEvents(
          { limit: query.limit, cursor: query.cursor, numberId: query.number_id ?? '' },
          as('analytics'),
        )
        return listAnswer(events, nextCursor, (one) => ({
          id: one.id,
          at: iso(one.at),
          kind: one.kind,
          number_id: orNull(one.numberId),
          message_id: orNull(one.messageId),
          conversation_id: orNull(one.conversationId),
          detail: detailOf(one),
        }))
      },
    }),
    route({
      method: 'POST',
      path: '/v1/analytics/rebuild',
      access: 'platform:operate',
      tag,
      summary: 'Ask the owners for their facts of a range again',
      description:
        'Of every company unless one is named, and of all time unless a range is. Works for some seconds; while `done` is false, the next call with the same body goes on. Facts that were counted already change nothing.',
      body: range,
      status: 200,
      answer: z.object({ events: z.number(), done: z.boolean() }),
      refusals: ['conflict'],
      handle: async ({ body, as }) => {
        const { events, done } = await analytics.rebuild(
          { from: dateOf(body.from), to: dateOf(body.to), tenantId: body.tenant_id ?? '' },
          as('analytics'),
        )
        return { events: Number(events), done }
      },
    }),
  ]
}

/** A day goes on as a day: only analytics knows when it begins in a zone. */
function timeIn(text: string | undefined): { at: Date | undefined; day: string } {
  const isDay = text !== undefined && /^\d{4}-\d\d-\d\d$/.test(text)
  return isDay ? { at: undefined, day: text } : { at: dateOf(text), day: '' }
}

function wantsCsv(format: string | undefined, headers: Headers): boolean {
  if (format) return format === 'csv'
  const accept = headers.get('accept') ?? ''
  return accept.includes('text/csv') && !accept.includes('application/json')
}

function show(answer: analyticsV1.Overview, zone: string): z.output<typeof overview> {
  const time = (at: Date | undefined) => iso(at) ?? ''
  return {
    from: time(answer.from),
    to: time(answer.to),
    step: answer.step === 'day' ? 'day' : 'hour',
    time_zone: zone,
    counted_until: iso(answer.countedUntil),
    total: showCounts(answer.total),
    previous: {
      from: time(answer.previousFrom),
      to: time(answer.previousTo),
      ...showCounts(answer.previous),
    },
    steps: answer.steps.map((one) => ({ at: time(one.at), ...showCounts(one.counts) })),
    numbers: answer.numbers.map((one) => ({
      number_id: one.numberId,
      state: orNull(one.state),
      display_phone_number: orNull(one.displayPhoneNumber),
      verified_name: orNull(one.verifiedName),
      ...showCounts(one.counts),
      steps: one.steps.map((of) => ({ at: time(of.at), ...showCounts(of.counts) })),
    })),
    failures: answer.failures.map((one) => ({
      code: one.code === 0 ? null : one.code,
      failure_code: orNull(one.failureCode),
      title: orNull(one.title),
      advice: adviceOn(one.code),
      count: Number(one.count),
    })),
  }
}

/** What happened and what to do, for the numbers of Meta's. */
function adviceOn(code: number): z.output<typeof words> | null {
  return code === 0 ? null : errorPolicy(code).advice
}

/** A failure says why in words, as the message itself does. */
function detailOf(event: analyticsV1.RecentEvent): unknown {
  const detail = json(event.detailJson)
  if (event.kind !== 'message_failed' || typeof detail !== 'object' || detail === null) return detail
  const code = 'error_code' in detail && typeof detail.error_code === 'number' ? detail.error_code : 0
  const title = code === 0 ? null : errorPolicy(code).title
  return { ...detail, title, advice: adviceOn(code) }
}
