import type { Me } from '#lib/api-types.ts'
import { GATEWAY_PUBLIC_URL, VIRTUAL_PHONE_URL } from '$app/env/private'
import type { LayoutServerLoad } from './$types'

export const load: LayoutServerLoad = async ({ locals, cookies }) => {
  const me = await locals.api.get<Me>('/v1/me')
  return {
    me,
    company: locals.session?.actingTenant ?? me.tenant,
    theme: locals.theme,
    isRailSlim: cookies.get('palomar_rail') === 'slim',
    gatewayUrl: GATEWAY_PUBLIC_URL,
    docsUrl: `${GATEWAY_PUBLIC_URL}/docs`,
    phoneUrl: VIRTUAL_PHONE_URL,
  }
}
