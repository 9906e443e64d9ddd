import type { Call } from './call.ts'

/** The parameters of a call: its query, over a body of JSON or a form. Graph takes them in any of the three. */
export async function paramsOf({ request, url }: Call): Promise<Record<string, unknown>> {
  const query = Object.fromEntries(url.searchParams)
  const text = await request.text()
  if (text === '') return query
  const isForm = request.headers.get('content-type')?.includes('urlencoded') ?? false
  if (isForm) return { ...Object.fromEntries(new URLSearchParams(text)), ...query }
  try {
    const body: unknown = JSON.parse(text)
    return typeof body === 'object' && body !== null && !Array.isArray(body) ? { ...body, ...query } : query
  } catch {
    return query
  }
}

export const textOf = (value: unknown): string => (typeof value === 'string' ? value : '')
