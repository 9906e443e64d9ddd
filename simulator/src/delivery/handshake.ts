import type { App } from '../world/types.ts'

const timeoutMs = 10_000

/** Meta's question before it takes a callback URL: undefined when it was answered right, else what was wrong. */
export const verifyCallback = (app: App, url: string, challenge: string): Promise<string | undefined> =>
  verifyOverride(url, app.verifyToken, challenge)

/** The same for an address that replaces an app's own. */
export async function verifyOverride(
  url: string,
  verifyToken: string,
  challenge: string,
): Promise<string | undefined> {
  if (!URL.canParse(url)) return 'it is not a URL'
  const asked = new URL(url)
  asked.searchParams.set('hub.mode', 'subscribe')
  asked.searchParams.set('hub.challenge', challenge)
  asked.searchParams.set('hub.verify_token', verifyToken)
  try {
    const response = await fetch(asked, { redirect: 'manual', signal: AbortSignal.timeout(timeoutMs) })
    const text = await response.text()
    if (response.status !== 200) return `the callback answered HTTP ${response.status}, not 200`
    return text === challenge ? undefined : 'the callback did not answer with the challenge alone'
  } catch (error) {
    return `the callback could not be reached: ${error instanceof Error ? error.message : String(error)}`
  }
}
