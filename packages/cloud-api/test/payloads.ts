import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type ParsedChange, parseWebhook, type Webhook } from '../src/index.ts'

const folder = join(import.meta.dir, 'payloads')

export const payloadNames = readdirSync(folder).map((file) => file.replace(/\.json$/, ''))

export const payload = (name: string): Uint8Array => readFileSync(join(folder, `${name}.json`))

/** A body that must be read. */
export function webhookOf(bytes: Uint8Array): Webhook {
  const parsed = parseWebhook(bytes)
  if (!parsed.ok) throw new Error(parsed.reason)
  return parsed
}

export const changesIn = (name: string): ParsedChange[] => webhookOf(payload(name)).changes

export function changeIn(name: string): ParsedChange {
  const [change] = changesIn(name)
  if (!change) throw new Error(`${name}: no change`)
  return change
}

/** Whether a change is of this kind; its value then is of that type. */
export const isOf = <K extends ParsedChange['kind']>(
  change: ParsedChange | undefined,
  kind: K,
): change is Extract<ParsedChange, { kind: K }> => change?.kind === kind
