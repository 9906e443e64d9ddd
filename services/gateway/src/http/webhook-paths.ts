/** Meta's webhook in the OpenAPI document. The routes themselves never reach Elysia (CONTRACTS 13). */

/** Canonical first; the others are what teams had registered at Meta (W13). */
export const webhookBases = [
  '/webhooks/whatsapp',
  '/webhooks/meta/whatsapp',
  '/webhook/whatsapp',
  '/api/v1/whatsapp/webhook',
] as const

const slug = { name: 'slug', in: 'path', required: true, schema: { type: 'string' }, description: 'The app.' }

function pathItem(withSlug: boolean): Record<string, unknown> {
  const query = (name: string) => ({ name, in: 'query', required: true, schema: { type: 'string' } })
  const parameters = withSlug ? [slug] : []
  return {
    get: {
      tags: ['Webhooks'],
      summary: 'Handshake: answers hub.challenge when the verify token matches',
      'x-permission': 'public',
      security: [],
      parameters: [...parameters, query('hub.mode'), query('hub.verify_token'), query('hub.challenge')],
      responses: { 200: { description: 'The challenge' }, 403: { description: 'Another token' } },
    },
    post: {
      tags: ['Webhooks'],
      summary: 'Delivery from Meta, signed with the app secret; 200 once it is on disk',
      'x-permission': 'public',
      security: [],
      parameters: [
        ...parameters,
        { name: 'X-Hub-Signature-256', in: 'header', required: true, schema: { type: 'string' } },
      ],
      requestBody: { required: true, content: { 'application/json': { schema: { type: 'object' } } } },
      responses: {
        200: { description: 'Kept' },
        401: { description: 'Signature missing or wrong' },
        404: { description: 'No such app' },
        413: { description: 'Over 6 MB' },
        503: { description: 'Not kept; deliver again' },
      },
    },
  }
}

export const webhookPaths: Record<string, unknown> = Object.fromEntries([
  ...webhookBases.flatMap((base) => [
    [base, pathItem(false)],
    [`${base}/{slug}`, pathItem(true)],
  ]),
  [
    '/webhooks/health',
    {
      get: {
        tags: ['Webhooks'],
        summary: 'Whether webhooks are taken right now',
        'x-permission': 'public',
        security: [],
        responses: { 200: { description: 'They are' }, 503: { description: 'They are not' } },
      },
    },
  ],
])
