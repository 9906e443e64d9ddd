import { ackDecision } from '@palomar/errors'
import type { Judged } from './archive.ts'
import type { IncomingChange } from './domain/incoming.ts'
import { judge, type Route, textOfKey } from './domain/route.ts'
import type { Routes } from './routes.ts'

export interface Judgement {
  judged: Judged[]
  /** Changes whose company could not be asked for, though tenancy is there: nobody else shall wait for them. */
  failed: { change: IncomingChange; error: unknown }[]
}

/** The verdict of each change; tenancy is asked once per number, whatever their count. Rejects when it is away. */
export async function judgeChanges(changes: readonly IncomingChange[], routes: Routes): Promise<Judgement> {
  const found = new Map<string, Route | undefined>()
  const errors = new Map<string, unknown>()
  const keys = new Map(changes.flatMap(({ key }) => (key ? [[textOfKey(key), key] as const] : [])))
  await Promise.all(
    [...keys].map(async ([text, key]) => {
      try {
        found.set(text, await routes.get(key))
      } catch (error) {
        if (ackDecision(error).kind === 'nak') throw error
        errors.set(text, error)
      }
    }),
  )
  const result: Judgement = { judged: [], failed: [] }
  for (const change of changes) {
    const text = change.key && textOfKey(change.key)
    if (text !== undefined && errors.has(text)) result.failed.push({ change, error: errors.get(text) })
    else
      result.judged.push({ change, verdict: judge(change, text === undefined ? undefined : found.get(text)) })
  }
  return result
}
