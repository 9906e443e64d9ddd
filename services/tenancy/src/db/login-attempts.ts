import type { Db } from '@palomar/db'

export interface AttemptLimit {
  attemptsMax: number
  windowMs: number
}

/**
 * Counts an attempt before the password is looked at, so that guesses made at once are counted too. Says when the
 * account may be tried again, or undefined when this attempt may go on. Postgres away: throws, nobody logs in
 * (CONTRACTS 37: fail closed). Unknown accounts are counted alike.
 */
export async function countAttempt(
  db: Db,
  accountHash: Uint8Array,
  limit: AttemptLimit,
): Promise<Date | undefined> {
  const [row] = await db.system(
    (tx) => tx<{ attempts: number; windowEndsAt: Date }[]>`
      with expired as (
        -- Attempts on made-up addresses leave rows too: each attempt takes two old ones away.
        delete from tenancy.login_attempts where account_hash in (
          select account_hash from tenancy.login_attempts
          where window_ends_at < now() and account_hash <> ${accountHash}
          order by window_ends_at limit 2 for update skip locked
        )
      )
      insert into tenancy.login_attempts as a (account_hash, attempts, window_ends_at)
      values (${accountHash}, 1, now() + ${limit.windowMs}::int * interval '1 millisecond')
      on conflict (account_hash) do update set
        attempts = case when a.window_ends_at < now() then 1 else a.attempts + 1 end,
        window_ends_at = case when a.window_ends_at < now() then excluded.window_ends_at else a.window_ends_at end
      returning attempts, window_ends_at as "windowEndsAt"`,
  )
  if (!row) throw new Error('an upsert returned nothing')
  return row.attempts > limit.attemptsMax ? row.windowEndsAt : undefined
}

/** The right password was given: the account starts afresh. */
export async function forgetAttempts(db: Db, accountHash: Uint8Array): Promise<void> {
  await db.system((tx) => tx`delete from tenancy.login_attempts where account_hash = ${accountHash}`)
}
