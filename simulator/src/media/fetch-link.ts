export interface LinkRules {
  hosts: 'loopback' | 'all' | 'none'
  bytesMax: number
  timeoutMs: number
}

export type FetchedLink =
  | { kind: 'file'; mimeType: string; bytes: Uint8Array }
  /** Not fetched: its host is none of those that may be. */
  | { kind: 'elsewhere' }
  | { kind: 'failed'; reason: string }

/** Meta's own number is not known. */
const redirectsMax = 3

/** Fetches a link as Meta does: http and https alone, no credentials, a few redirects, so many bytes, so much time. Never throws. */
export async function fetchLink(link: string, rules: LinkRules): Promise<FetchedLink> {
  const signal = AbortSignal.timeout(rules.timeoutMs)
  let url = link
  try {
    for (let hops = 0; hops <= redirectsMax; hops++) {
      const problem = problemWith(url)
      if (problem) return failed(problem)
      if (!mayFetch(new URL(url), rules.hosts)) return { kind: 'elsewhere' }
      const response = await fetch(url, {
        redirect: 'manual',
        signal,
        headers: { 'user-agent': 'facebookexternalua', accept: '*/*' },
      })
      const next = response.headers.get('location')
      if (response.status >= 300 && response.status < 400 && next) {
        await response.body?.cancel()
        url = new URL(next, url).href
        continue
      }
      return await read(response, rules.bytesMax)
    }
    return failed('too many redirects')
  } catch (error) {
    return failed(error instanceof Error && error.name === 'TimeoutError' ? 'it took too long' : 'no answer')
  }
}

async function read(response: Response, bytesMax: number): Promise<FetchedLink> {
  if (response.status !== 200) {
    await response.body?.cancel()
    return failed(`http code ${response.status}, status message ${response.statusText}`)
  }
  const tooLarge = failed(`a file of more than ${bytesMax} bytes`)
  if (Number(response.headers.get('content-length')) > bytesMax) {
    await response.body?.cancel()
    return tooLarge
  }
  const parts: Uint8Array[] = []
  let size = 0
  for await (const part of response.body ?? []) {
    size += part.length
    // Leaving the loop lets go of the connection.
    if (size > bytesMax) return tooLarge
    parts.push(part)
  }
  const mimeType = response.headers.get('content-type') ?? 'application/octet-stream'
  return { kind: 'file', mimeType, bytes: new Uint8Array(Buffer.concat(parts)) }
}

function problemWith(url: string): string | undefined {
  if (!URL.canParse(url)) return 'it is no URL'
  return /^https?:$/.test(new URL(url).protocol) ? undefined : 'only http and https are fetched'
}

function mayFetch({ hostname }: URL, hosts: LinkRules['hosts']): boolean {
  if (hosts !== 'loopback') return hosts === 'all'
  return /^(localhost|.+\.localhost|127(\.\d{1,3}){3}|\[::1\])$/i.test(hostname)
}

/** Meta's words, as its statuses have them. */
const failed = (reason: string): FetchedLink => ({
  kind: 'failed',
  reason: `Downloading media from weblink failed with ${reason}`,
})
