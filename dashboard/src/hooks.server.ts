import { redirect } from '@sveltejs/kit'
import type { Handle, HandleServerError } from '@sveltejs/kit/hooks'
import { paraglideMiddleware } from '#lib/paraglide/server.js'
import { ApiError, createApi } from '#lib/server/api.ts'
import { freshSession } from '#lib/server/refresh.ts'
import { clearSession, readSession, writeSession } from '#lib/server/session.ts'

const themes = ['light', 'dark', 'system'] as const

/**
 * Every change must come from our own pages, whatever its content type. Hosts are compared, because behind a proxy that ends TLS we
 * cannot know the outer protocol; a page elsewhere can forge neither its Origin nor our Host.
 */
function isForeignChange(request: Request, url: URL): boolean {
  if (request.method === 'GET' || request.method === 'HEAD') return false
  const origin = request.headers.get('origin')
  return !origin || !URL.canParse(origin) || new URL(origin).host !== url.host
}

export const handle: Handle = async ({ event, resolve }) => {
  if (isForeignChange(event.request, event.url))
    return new Response('cross-site request refused', { status: 403 })

  const theme = event.cookies.get('palomar_theme')
  event.locals.theme = themes.find((known) => known === theme) ?? 'system'
  event.locals.api = createApi(event.fetch)

  const kept = readSession(event.cookies)
  if (kept) {
    const session = await freshSession(event.locals.api, kept)
    if (!session) clearSession(event.cookies)
    else {
      if (session !== kept) writeSession(event.cookies, session)
      event.locals.session = session
      event.locals.api = createApi(event.fetch, session)
    }
  }
  if (!event.locals.session && event.route.id?.startsWith('/(app)')) {
    redirect(303, `/login?next=${encodeURIComponent(event.url.pathname + event.url.search)}`)
  }

  return paraglideMiddleware(event.request, async ({ locale }) => {
    const response = await resolve(event, {
      transformPageChunk: ({ html }) => html.replace('%lang%', locale).replace('%theme%', event.locals.theme),
    })
    return kept
      ? withCaching(response, 'private, no-cache, must-revalidate')
      : withCaching(response, 'no-cache, must-revalidate')
  })
}

/** N8: a page is asked for anew each time, and somebody's page is kept by his own browser alone. */
function withCaching(response: Response, policy: string): Response {
  if (!response.headers.has('cache-control')) response.headers.set('cache-control', policy)
  return response
}

/** A refusal of the gateway's keeps its status, its words and its request id; anything else is ours to log. */
export const handleError: HandleServerError = ({ kind, error }) => {
  if (error instanceof ApiError) {
    const { status, code, detail, request_id } = error.problem
    return {
      status: status >= 400 ? status : 503,
      message: detail ?? code,
      code,
      ...(request_id ? { requestId: request_id } : {}),
    }
  }
  if (kind !== 'unknown') return { message: error.message }
  console.error(
    JSON.stringify({ level: 'error', service: 'dashboard', msg: 'unexpected', error: String(error) }),
  )
  return { message: 'internal' }
}
