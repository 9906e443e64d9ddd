import type { Db } from '@palomar/db'
import type { Logger } from '@palomar/runtime'
import { type FileKey, leaseMs, renewEveryMs, renewLease } from '../db/work.ts'

/** Runs what needs the lease of a file, renewing it; `signal` aborts when the lease is lost or may have ended. */
export async function whileHeld<T>(
  { db, logger, stop }: { db: Db; logger: Logger; stop?: AbortSignal },
  key: FileKey,
  lease: string,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const lost = new AbortController()
  let renewedAt = performance.now()
  const timer = setInterval(() => {
    const askedAt = performance.now()
    db.forTenant(key.tenantId, (tx) => renewLease(tx, key, lease)).then(
      (isMine) => {
        if (isMine) renewedAt = askedAt
        else lost.abort(new Error('the lease is lost'))
      },
      (error: unknown) => {
        logger.warn('a file is not renewed', { media_id: key.id, error })
        if (performance.now() - renewedAt > leaseMs) lost.abort(new Error('the lease has ended'))
      },
    )
  }, renewEveryMs)
  try {
    return await work(stop ? AbortSignal.any([lost.signal, stop]) : lost.signal)
  } finally {
    clearInterval(timer)
  }
}
