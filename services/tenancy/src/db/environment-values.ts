import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import { eq, sql } from 'drizzle-orm'
import { environmentValues } from './schema.ts'
import type { TenancyOrm } from './scope.ts'

export type Taken = 'first' | 'changed' | 'same'

/** Takes a value over: whether it is the first under this name, another than the last time, or the same. */
export async function takeValue(orm: TenancyOrm, name: string, value: string): Promise<Taken> {
  const [known] = await orm.select().from(environmentValues).where(eq(environmentValues.name, name))
  if (known && timingSafeEqual(known.hash, hashOf(known.salt, value))) return 'same'
  const salt = randomBytes(16)
  const fresh = { salt, hash: hashOf(salt, value), takenAt: sql`now()` }
  await orm
    .insert(environmentValues)
    .values({ name, ...fresh })
    .onConflictDoUpdate({ target: environmentValues.name, set: fresh })
  return known ? 'changed' : 'first'
}

function hashOf(salt: Uint8Array, value: string): Uint8Array {
  return createHash('sha256').update(salt).update(value, 'utf8').digest()
}
