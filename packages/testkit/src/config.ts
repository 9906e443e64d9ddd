/** Servers that `bin/test` started for the whole run. */
export interface GivenServers {
  databaseUrl: string | undefined
  redisUrl: string | undefined
  /** Tells the runs apart that share one Postgres. */
  run: string | undefined
}

export function givenServers(): GivenServers {
  const named = (name: string) => process.env[name] || undefined
  return {
    databaseUrl: named('TEST_DATABASE_URL'),
    redisUrl: named('TEST_REDIS_URL'),
    run: named('TEST_RUN'),
  }
}
