import type { Judged } from './archive.ts'
import type { IncomingChange } from './domain/incoming.ts'
import { judge, type Route, textOfKey } from './domain/route.ts'
import type { Routes } from './routes.ts'

/** The verdict of each change; tenancy is asked once per number, whatever their count. Rejects when it is away. */
export async function judgeChanges(changes: readonly IncomingChange[], routes: Routes): Promise<Judged[]> {
  const found = new Map<string, Route | undefined>()
  const keys = new Map(changes.flatMap(({ key }) => (key ? [[textOfKey(key), key] as const] : [])))
  await Promise.all(
    [...keys].map(async ([text, key]) => {
      found.set(text, await routes.get(key))
    }),
  )
  return changes.map((change) => ({
    change,
    verdict: judge(change, change.key && found.get(textOfKey(change.key))),
  }))
}
