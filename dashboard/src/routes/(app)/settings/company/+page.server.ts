import type { Company } from '#lib/api-types.ts'
import { zoneOptions } from '#lib/zones.ts'
import type { PageServerLoad } from './$types'

export const load: PageServerLoad = async ({ locals, parent }) => {
  const { company } = await parent()
  const own = await locals.api.get<Company>(`/v1/companies/${encodeURIComponent(company.id)}`)
  return { own, zones: zoneOptions(own.time_zone) }
}
