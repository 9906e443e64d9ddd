import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type MessagesValue, type ParsedChange, parseWebhook } from '../src/index.ts'

const folder = join(import.meta.dir, 'payloads')

export const payloadNames = readdirSync(folder).map((file) => file.replace(/\.json$/, ''))

export const payload = (name: string): Uint8Array => readFileSync(join(folder, `${name}.json`))

export function changesIn(name: string): ParsedChange[] {
  const parsed = parseWebhook(payload(name))
  if (!parsed.ok) throw new Error(`${name}: ${parsed.reason}`)
  return parsed.changes
}

export function changeIn(name: string): ParsedChange {
  const [change] = changesIn(name)
  if (!change) throw new Error(`${name}: no change`)
  return change
}

export function messagesIn(name: string): MessagesValue {
  const { value } = changeIn(name)
  if (value.kind !== 'messages') throw new Error(`${name}: ${value.kind}`)
  return value
}
