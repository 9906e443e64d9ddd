/** A route as an OpenAPI 3.0 operation. */
import { type ErrorCode, errorCatalogue } from '@palomar/errors'
import { z } from 'zod'
import type { Route } from './route.ts'

export function schemaOf(schema: z.ZodType, io: 'input' | 'output' = 'input'): Record<string, unknown> {
  const { $schema: _, ...json } = z.toJSONSchema(schema, {
    target: 'openapi-3.0',
    io,
    unrepresentable: 'any',
  })
  return json
}

/** What can happen on any route, beside what a route names itself. */
const always: readonly ErrorCode[] = ['unavailable', 'internal']
const withCaller: readonly ErrorCode[] = ['unauthenticated', 'forbidden', 'rate_limited']
const withBody: readonly ErrorCode[] = [
  'bad_request',
  'payload_too_large',
  'unsupported_media_type',
  'validation_failed',
]

export function operationOf(route: Route): Record<string, unknown> {
  return {
    tags: [route.tag],
    summary: route.summary,
    ...(route.description === undefined ? {} : { description: route.description }),
    'x-permission': route.access,
    security: route.access === 'public' ? [] : [{ bearer: [] }, { apiKey: [] }],
    parameters: parametersOf(route),
    ...(route.body
      ? { requestBody: { required: true, content: { 'application/json': { schema: schemaOf(route.body) } } } }
      : {}),
    ...(route.bytes ? { requestBody: { required: true, content: bytesContent(route.bytes) } } : {}),
    responses: { [route.status]: successOf(route), ...refusalsOf(route) },
  }
}

const bytesContent = (types: Record<string, unknown>) =>
  Object.fromEntries(Object.entries(types).map(([type, schema]) => [type, { schema }]))

function successOf({ answer, summary, otherTypes = [] }: Route): Record<string, unknown> {
  if (!answer) return { description: summary }
  const texts = otherTypes.map((type) => [type, { schema: { type: 'string' } }])
  const content = { 'application/json': { schema: schemaOf(answer, 'output') }, ...Object.fromEntries(texts) }
  return { description: summary, content }
}

function refusalsOf(route: Route): Record<string, unknown> {
  const codes = new Set<ErrorCode>([
    ...(route.refusals ?? []),
    ...(route.access === 'public' ? [] : withCaller),
    ...(route.body ? withBody : []),
    ...(route.query ? (['validation_failed'] as const) : []),
    ...(route.params ? (['not_found'] as const) : []),
    ...always,
  ])
  const byStatus = new Map<number, ErrorCode[]>()
  for (const code of codes) {
    const { http } = errorCatalogue[code]
    byStatus.set(http, [...(byStatus.get(http) ?? []), code])
  }
  const content = { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } }
  const entries = [...byStatus].map(([status, of]) => [status, { description: of.join(', '), content }])
  return Object.fromEntries(entries)
}

function parametersOf(route: Route): unknown[] {
  const of = (fields: z.ZodObject | undefined, place: 'path' | 'query') => {
    if (!fields) return []
    const schema = schemaOf(fields)
    const required = new Set((schema.required as string[] | undefined) ?? [])
    return Object.entries((schema.properties ?? {}) as Record<string, { description?: string }>).map(
      ([name, { description, ...property }]) => ({
        name,
        in: place,
        required: place === 'path' || required.has(name),
        ...(description === undefined ? {} : { description }),
        schema: property,
      }),
    )
  }
  const headers = Object.entries(route.headers ?? {}).map(([name, description]) => ({
    name,
    in: 'header',
    required: false,
    description,
    schema: { type: 'string' },
  }))
  const tenant =
    route.access === 'public' || route.access === 'authenticated'
      ? []
      : [{ $ref: '#/components/parameters/Tenant' }]
  return [...of(route.params, 'path'), ...of(route.query, 'query'), ...headers, ...tenant]
}

export const problemSchema = {
  type: 'object',
  required: ['type', 'title', 'status', 'code', 'detail', 'errors', 'request_id'],
  properties: {
    type: { type: 'string' },
    title: { type: 'string' },
    status: { type: 'integer' },
    code: { type: 'string', enum: Object.keys(errorCatalogue) },
    detail: { type: 'string' },
    errors: {
      type: 'array',
      items: {
        type: 'object',
        required: ['path', 'code', 'detail'],
        properties: { path: { type: 'string' }, code: { type: 'string' }, detail: { type: 'string' } },
      },
    },
    request_id: { type: 'string' },
    until: { type: 'string', format: 'date-time' },
    alternatives: { type: 'array', items: { type: 'string' } },
  },
}
