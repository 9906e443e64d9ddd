import { graphError, graphJson } from './answer.ts'
import type { Call } from './call.ts'
import { paramsOf } from './params.ts'

/** Source: Meta, "Business profiles": characters of each. */
const limits = { about: 139, address: 256, description: 512, email: 128 } as const
const websitesMax = 2
const websiteMax = 256
const verticals =
  'OTHER AUTO BEAUTY APPAREL EDU ENTERTAIN EVENT_PLAN FINANCE GROCERY GOVT HOTEL HEALTH NONPROFIT PROF_SERVICES RETAIL TRAVEL RESTAURANT ALCOHOL ONLINE_GAMBLING PHYSICAL_GAMBLING OTC_DRUGS NOT_A_BIZ MATRIMONY_SERVICE'.split(
    ' ',
  )

/** GET /{phone-number-id}/whatsapp_business_profile?fields= */
export function getProfile({ simulation, id, url }: Call): Response {
  const { profile } = simulation.world.stateOf(id)
  const fields = url.searchParams.get('fields')?.split(',')
  const shown = Object.entries(profile).filter(([name]) => fields?.includes(name) ?? name === 'about')
  return graphJson({ data: [{ ...Object.fromEntries(shown), messaging_product: 'whatsapp' }] })
}

/** POST /{phone-number-id}/whatsapp_business_profile */
export async function updateProfile(call: Call): Promise<Response> {
  const { messaging_product, profile_picture_handle, ...given } = await paramsOf(call)
  if (messaging_product !== 'whatsapp')
    return graphError({ code: 100, details: 'messaging_product must be whatsapp' })
  const problem = problemWith(given)
  if (problem) return graphError({ code: 100, details: problem })
  const { profile } = call.simulation.world.stateOf(call.id)
  Object.assign(profile, given)
  if (typeof profile_picture_handle === 'string')
    profile.profile_picture_url = `${call.url.origin}/picture/${encodeURIComponent(profile_picture_handle)}`
  return graphJson({ success: true })
}

function problemWith(given: Record<string, unknown>): string | undefined {
  for (const [name, value] of Object.entries(given)) {
    if (name === 'websites') {
      const isRight =
        Array.isArray(value) &&
        value.length <= websitesMax &&
        value.every((one) => typeof one === 'string' && one.length <= websiteMax && URL.canParse(one))
      if (!isRight) return `websites takes ${websitesMax} addresses of at most ${websiteMax} characters`
    } else if (name === 'vertical') {
      if (!verticals.includes(String(value))) return `vertical must be one of ${verticals.join(', ')}`
    } else if (name in limits) {
      const max = limits[name as keyof typeof limits]
      if (typeof value !== 'string' || [...value].length > max)
        return `${name} takes at most ${max} characters`
      if (name === 'about' && value.trim() === '') return 'about must not be empty'
    } else return `${name} is not a field of a business profile`
  }
  return undefined
}
