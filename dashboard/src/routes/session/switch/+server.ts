import { redirect } from '@sveltejs/kit'
import type { Company, LoginAnswer, Me } from '#lib/api-types.ts'
import { sessionOf, writeSession } from '#lib/server/session.ts'
import type { RequestHandler } from './$types'

/**
 * Another company. A member gets a new session there; a platform admin keeps his own and acts in the company.
 * The page is loaded anew: nothing of the former company stays in memory.
 */
export const POST: RequestHandler = async ({ request, locals, cookies }) => {
  if (!locals.session) redirect(303, '/login')
  const tenantId = String((await request.formData()).get('tenant_id') ?? '')
  const { actingTenant: _, ...own } = locals.session
  const me = await locals.api.get<Me>('/v1/me')
  if (me.memberships.some((membership) => membership.tenant_id === tenantId)) {
    const answer = await locals.api.post<LoginAnswer>('/v1/auth/switch', { tenant_id: tenantId })
    const session = sessionOf(answer)
    if (session) writeSession(cookies, session)
  } else if (me.user.permissions.includes('companies:read')) {
    const company = await locals.api.get<Company>(`/v1/companies/${encodeURIComponent(tenantId)}`)
    writeSession(cookies, { ...own, actingTenant: { id: company.id, name: company.name } })
  }
  redirect(303, '/inbox')
}
