/** What the environment says about servers; read at each call, so that a test can change it. */
export interface ServerEnvironment {
  databaseUrl: string | undefined
  natsUrl: string | undefined
  redisUrl: string | undefined
  toolsFolder: string | undefined
  /** Acts as on a machine that has none of the servers. */
  ignoreSystemServers: boolean
  path: string[]
}

export function environment(): ServerEnvironment {
  const named = (name: string) => process.env[name]?.trim() || undefined
  return {
    databaseUrl: named('DATABASE_URL'),
    natsUrl: named('NATS_URL'),
    redisUrl: named('REDIS_URL'),
    toolsFolder: named('PALOMAR_TOOLS_DIR'),
    ignoreSystemServers: named('PALOMAR_IGNORE_SYSTEM_SERVERS') === '1',
    path: (process.env.PATH ?? '').split(':').filter(Boolean),
  }
}
