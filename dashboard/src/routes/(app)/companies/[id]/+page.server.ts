import type { Company } from '#lib/api-types.ts'
import { zoneOptions } from '#lib/zones.ts'
import type { PageServerLoad } from './$types'

export const load: PageServerLoad = async ({ locals, params }) => {
  const shown = await locals.api.get<Company>(`/v1/companies/${encodeURIComponent(params.id)}`)
  return { shown, zones: zoneOptions(shown.time_zone) }
}
