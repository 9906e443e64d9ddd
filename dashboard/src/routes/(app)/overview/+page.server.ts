import type { Company, NumberResource, Page } from '#lib/api-types.ts'
import type { Overview, RecentEvent } from '#lib/figures.ts'
import type { Settled } from '#lib/overview.svelte.ts'
import { apiQuery, choiceIn, todayIn } from '#lib/period.ts'
import { ApiError } from '#lib/server/api.ts'
import type { PageServerLoad } from './$types'

/** The page comes at once, its figures when they are there. */
export const load: PageServerLoad = async ({ locals, url, parent }) => {
  const { company } = await parent()
  const [{ time_zone: zone }, numbers] = await Promise.all([
    locals.api.get<Company>(`/v1/companies/${company.id}`),
    locals.api.get<Page<NumberResource>>('/v1/numbers?limit=200'),
  ])
  const today = todayIn(zone)
  const choice = choiceIn(url.searchParams, today)
  const more = choice.numberId ? `&number_id=${choice.numberId}` : ''
  return {
    zone,
    today,
    choice,
    numbers: numbers.data,
    answers: {
      overview: settled(locals.api.get<Overview>(`/v1/analytics/overview?${apiQuery(choice, zone)}`)),
      events: settled(locals.api.get<Page<RecentEvent>>(`/v1/analytics/events?limit=20${more}`)),
    },
  }
}

/** A refusal is told where the figures would be. */
async function settled<T>(answer: Promise<T>): Promise<Settled<T>> {
  try {
    return { ok: true, value: await answer }
  } catch (error) {
    if (!(error instanceof ApiError)) throw error
    return { ok: false, problem: error.problem }
  }
}
