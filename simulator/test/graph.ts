import { demo } from './harness.ts'

/** What Graph answers to whoever asks it without a client of ours. */
export interface GraphJson extends Record<string, unknown> {
  error?: { code: number; error_subcode?: number; error_data?: { details: string } }
}

/** Asks Graph under the demo's token, or another; the body goes as JSON, or as the form it is. */
export async function ask(
  url: string,
  method: string,
  path: string,
  body?: unknown,
  token = demo.token,
): Promise<GraphJson> {
  const isForm = body instanceof FormData
  const response = await fetch(`${url}/v24.0/${path}`, {
    method,
    headers: {
      authorization: `Bearer ${token}`,
      ...(body === undefined || isForm ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: isForm ? body : JSON.stringify(body) }),
  })
  return (await response.json()) as GraphJson
}
