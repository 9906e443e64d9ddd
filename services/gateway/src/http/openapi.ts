/** The OpenAPI document at /openapi.json. The only importer of the plugin, whose successor has another name. */
import { swagger } from '@elysiajs/swagger'
import { problemSchema } from './operation.ts'
import { webhookPaths } from './webhook-paths.ts'

export function openApi(publicUrl: string) {
  return swagger({
    // Its own page loads scripts from a CDN; the server answers this path with ours before Elysia sees it.
    path: '/swagger',
    provider: 'swagger-ui',
    specPath: '/openapi.json',
    documentation: {
      info: {
        title: 'Palomar',
        version: '1.0.0',
        description: 'WhatsApp Business for many companies: numbers, messages, conversations, live updates.',
      },
      servers: [{ url: publicUrl }],
      paths: webhookPaths as never,
      components: {
        securitySchemes: {
          bearer: {
            type: 'http',
            scheme: 'bearer',
            description: 'An access token from /v1/auth/login, or an API key.',
          },
          apiKey: { type: 'apiKey', in: 'header', name: 'X-Api-Key' },
        },
        parameters: {
          Tenant: {
            name: 'X-Tenant-Id',
            in: 'header',
            required: false,
            description: 'The company in which a platform admin acts.',
            schema: { type: 'string' },
          },
        },
        schemas: { Problem: problemSchema as never },
      },
    },
  })
}
