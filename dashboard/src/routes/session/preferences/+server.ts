import { isBehindTls } from '#lib/server/session.ts'
import type { RequestHandler } from './$types'

const year = 365 * 86_400
const languages = ['es', 'pt', 'en']
const themes = ['light', 'dark', 'system']
const rails = ['slim', 'wide']

/** Language, theme and rail are the browser's, not the account's: they also serve the login page. */
export const POST: RequestHandler = async ({ request, cookies }) => {
  const form = await request.formData()
  const language = String(form.get('language') ?? '')
  const theme = String(form.get('theme') ?? '')
  const rail = String(form.get('rail') ?? '')
  const options = { path: '/', maxAge: year, sameSite: 'lax' as const, secure: isBehindTls }
  if (languages.includes(language)) cookies.set('PARAGLIDE_LOCALE', language, { ...options, httpOnly: false })
  if (themes.includes(theme)) cookies.set('palomar_theme', theme, { ...options, httpOnly: true })
  if (rails.includes(rail)) cookies.set('palomar_rail', rail, { ...options, httpOnly: true })
  return new Response(null, { status: 204 })
}
