import type { inboxV1 } from '@palomar/contracts'
import { z } from 'zod'
import type { Clients } from '../../clients.ts'
import { type Route, route } from '../route.ts'
import { idParams, iso, listAnswer, listOf, nullableInstant, nullableText, orNull, page } from './fields.ts'

const tag = 'Contacts'

const contact = z.object({
  id: z.string(),
  name: nullableText,
  phone: nullableText,
  wa_id: nullableText,
  identities: z.array(z.object({ kind: z.string(), value: z.string(), portfolio_id: nullableText })),
  merged_into: nullableText,
  created_at: nullableInstant,
  updated_at: nullableInstant,
  version: z.number(),
})

export const contactSummary = z.object({
  id: z.string(),
  name: nullableText,
  phone: nullableText,
  wa_id: nullableText,
})

export function showContactSummary(one: inboxV1.Contact): z.output<typeof contactSummary> {
  return { id: one.id, name: orNull(one.name), phone: orNull(one.phone), wa_id: orNull(one.waId) }
}

function show(one: inboxV1.Contact): z.output<typeof contact> {
  return {
    ...showContactSummary(one),
    identities: one.identities.map(({ kind, value, portfolioId }) => ({
      kind,
      value,
      portfolio_id: orNull(portfolioId),
    })),
    merged_into: orNull(one.mergedInto),
    created_at: iso(one.createdAt),
    updated_at: iso(one.updatedAt),
    version: Number(one.version),
  }
}

export function contactRoutes({ inbox }: Clients): Route[] {
  return [
    route({
      method: 'GET',
      path: '/v1/contacts',
      access: 'contacts:read',
      tag,
      summary: 'People who wrote, or were written to',
      query: page.extend({ query: z.string().max(120).default('') }),
      status: 200,
      answer: listOf(contact),
      handle: async ({ query: { query, ...page }, as }) => {
        const { contacts, nextCursor } = await inbox.listContacts({ page, query }, as('inbox'))
        return listAnswer(contacts, nextCursor, show)
      },
    }),
    route({
      method: 'GET',
      path: '/v1/contacts/:id',
      access: 'contacts:read',
      tag,
      summary: 'One contact',
      params: idParams('contact'),
      status: 200,
      answer: contact,
      handle: async ({ params, as }) => show(await inbox.getContact({ id: params.id }, as('inbox'))),
    }),
  ]
}
