import { error } from '@sveltejs/kit'
import type { Page, Template } from '#lib/api-types.ts'
import type { PageServerLoad } from './$types'

export const load: PageServerLoad = async ({ locals, params }) => {
  const query = new URLSearchParams({
    status: 'ANY',
    q: params.name,
    language: params.language,
    limit: '200',
  })
  const { data } = await locals.api.get<Page<Template>>(`/v1/templates?${query}`)
  const template = data.find(({ name }) => name === params.name)
  if (!template) error(404, 'not_found')
  return { template }
}
