import { StartFailure } from '../servers/index.ts'

/** Calls the public HTTP API as anyone outside would. */
export interface ApiClient {
  get<T>(path: string): Promise<T>
  post<T>(path: string, body: unknown): Promise<T>
}

const deadlineMs = 15_000

export function apiClient(baseUrl: string, headers: Record<string, string> = {}): ApiClient {
  async function call<T>(method: string, path: string, body?: unknown): Promise<T> {
    const response = await fetch(`${baseUrl}${path}`, {
      method,
      headers: { ...headers, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(deadlineMs),
    })
    const text = await response.text()
    if (!response.ok)
      throw new StartFailure(
        `demo data: ${method} ${path} was answered ${response.status}: ${problemOf(text)}`,
      )
    return (text === '' ? undefined : JSON.parse(text)) as T
  }
  return { get: (path) => call('GET', path), post: (path, body) => call('POST', path, body) }
}

function problemOf(text: string): string {
  try {
    const { code, detail, errors } = JSON.parse(text) as { code?: string; detail?: string; errors?: unknown }
    return [code, detail, errors && JSON.stringify(errors)].filter(Boolean).join(' ')
  } catch {
    return text.slice(0, 200)
  }
}
