import type { numbersV1 } from '@palomar/contracts'
import { z } from 'zod'
import type { Clients } from '../../clients.ts'
import { type Route, route } from '../route.ts'
import { idParams, iso, line, listAnswer, listOf, metaId, nullableInstant, page, secret } from './fields.ts'

const tag = 'Apps'

const app = z.object({
  id: z.string(),
  name: z.string(),
  slug: z.string(),
  meta_app_id: z.string(),
  verify_token: z.string(),
  active_secrets: z.number(),
  webhook_path: z.string(),
  created_at: nullableInstant,
})

function show(one: numbersV1.App): z.output<typeof app> {
  return {
    id: one.id,
    name: one.name,
    slug: one.slug,
    meta_app_id: one.metaAppId,
    verify_token: one.verifyToken,
    active_secrets: one.activeSecrets,
    webhook_path: one.slug === 'default' ? '/webhooks/whatsapp' : `/webhooks/whatsapp/${one.slug}`,
    created_at: iso(one.createdAt),
  }
}

export const slug = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'must be lower-case letters, digits and dashes')

export function appRoutes({ numbers }: Clients): Route[] {
  return [
    route({
      method: 'GET',
      path: '/v1/apps',
      access: 'apps:read',
      tag,
      summary: "The platform's Meta apps",
      query: page,
      status: 200,
      answer: listOf(app),
      handle: async ({ query, as }) => {
        const { apps, nextCursor } = await numbers.listApps({ page: query }, as('tenancy'))
        return listAnswer(apps, nextCursor, show)
      },
    }),
    route({
      method: 'POST',
      path: '/v1/apps',
      access: 'apps:manage',
      tag,
      summary: 'Add a Meta app; its webhook takes deliveries within a minute',
      body: z.strictObject({
        name: line(120),
        slug,
        meta_app_id: metaId,
        app_secret: secret(256, 8),
        verify_token: secret(256).optional(),
      }),
      status: 201,
      answer: app,
      refusals: ['already_exists'],
      handle: async ({ body, as }) =>
        show(
          await numbers.createApp(
            {
              name: body.name,
              slug: body.slug,
              metaAppId: body.meta_app_id,
              appSecret: body.app_secret,
              verifyToken: body.verify_token ?? '',
            },
            as('tenancy'),
          ),
        ),
    }),
    route({
      method: 'POST',
      path: '/v1/apps/:id/rotate-secret',
      access: 'apps:manage',
      tag,
      summary: 'A new app secret; the one before it verifies until the next rotation',
      params: idParams('app'),
      body: z.strictObject({ app_secret: secret(256, 8) }),
      status: 200,
      answer: app,
      handle: async ({ params, body, as }) =>
        show(await numbers.rotateAppSecret({ id: params.id, appSecret: body.app_secret }, as('tenancy'))),
    }),
    route({
      method: 'DELETE',
      path: '/v1/apps/:id',
      access: 'apps:manage',
      tag,
      summary: 'Remove an app',
      params: idParams('app'),
      status: 204,
      refusals: ['conflict'],
      handle: async ({ params, as }) => {
        await numbers.deleteApp({ id: params.id }, as('tenancy'))
      },
    }),
  ]
}
