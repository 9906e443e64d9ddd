import { createHash } from 'node:crypto'
import { equalSecrets } from './domain/secrets.ts'

const digest = /^sha256:[0-9a-f]{64}$/

/** Whether the secret is the service's. Entries are `sha256:<hex>` of it, or, for development, the secret itself. */
export function provesService(known: ReadonlyMap<string, string>, service: string, secret: string): boolean {
  const entry = known.get(service)
  // The same work for a name that is none of ours.
  const expected = entry === undefined ? '' : digest.test(entry) ? entry : sha256(entry)
  return equalSecrets(sha256(secret), expected) && entry !== undefined
}

function sha256(text: string): string {
  return `sha256:${createHash('sha256').update(text, 'utf8').digest('hex')}`
}
