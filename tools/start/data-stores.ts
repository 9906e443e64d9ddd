import { natsConfig, operatorUser } from '@palomar/bus'
import { environment } from '../servers/config.ts'
import {
  isListening,
  type Server,
  StartFailure,
  startNats,
  startPostgres,
  startRedis,
} from '../servers/index.ts'
import type { Secrets } from './secrets.ts'

/** Where Postgres, NATS and Redis are, ours or the operator's. */
export interface DataStores {
  /** May create roles and databases. */
  postgres: Server
  nats: Server
  /** Undefined when there is none: limits are then kept in each gateway. */
  redis: Server | undefined
  /** Whether NATS has our users; a named server is used with the credentials in its URL. */
  hasOurUsers: boolean
  /** For Redis, the one that may be missing. */
  warning: string | undefined
}

const protocols = {
  DATABASE_URL: ['postgres:', 'postgresql:'],
  NATS_URL: ['nats:', 'tls:'],
  REDIS_URL: ['redis:', 'rediss:'],
}

/** Takes what the environment names and starts the rest. `keep` hears of each as soon as it runs, to stop it later. */
export async function startDataStores(
  folder: string,
  secrets: Secrets,
  keep: (server: Server) => void,
): Promise<DataStores> {
  const named = checkNames()
  const own = async (start: Promise<Server>) => {
    const server = await start
    keep(server)
    return server
  }
  const users = Object.entries(secrets.nats).map(([name, pass]) => ({ name, pass }))
  const results = await Promise.allSettled([
    named.DATABASE_URL
      ? given('DATABASE_URL', named.DATABASE_URL, 5432)
      : own(startPostgres({ folder, password: secrets.postgres })),
    named.NATS_URL
      ? given('NATS_URL', named.NATS_URL, 4222)
      : own(startNats({ folder, config: (place) => natsConfig({ ...place, users }) })),
    named.REDIS_URL ? given('REDIS_URL', named.REDIS_URL, 6379) : own(startRedis({ folder })),
  ])
  const [postgres, nats, redis] = results
  if (postgres.status === 'rejected') throw postgres.reason
  if (nats.status === 'rejected') throw nats.reason
  return {
    postgres: postgres.value,
    nats: nats.value,
    redis: redis.status === 'fulfilled' ? redis.value : undefined,
    hasOurUsers: !named.NATS_URL,
    warning:
      redis.status === 'rejected'
        ? `no Redis, rate limits are kept per gateway process: ${(redis.reason as Error).message}`
        : undefined,
  }
}

/** All wrong values in one line. */
function checkNames(): Record<keyof typeof protocols, string | undefined> {
  const { databaseUrl, natsUrl, redisUrl } = environment()
  const named = { DATABASE_URL: databaseUrl, NATS_URL: natsUrl, REDIS_URL: redisUrl }
  const wrong = Object.entries(named).flatMap(([name, value]) => {
    const allowed = protocols[name as keyof typeof protocols]
    const isRight = value === undefined || (URL.canParse(value) && allowed.includes(new URL(value).protocol))
    return isRight
      ? []
      : [`${name} must be a URL that begins with ${allowed.map((word) => `${word}//`).join(' or ')}`]
  })
  if (wrong.length > 0) throw new StartFailure(wrong.join('; '))
  return named
}

async function given(name: string, value: string, defaultPort: number): Promise<Server> {
  const url = new URL(value)
  const port = Number(url.port || defaultPort)
  if (!(await isListening(url.hostname, port))) {
    throw new StartFailure(`${name} names ${url.hostname}:${port}, and nothing answers there`)
  }
  return {
    url: value,
    port,
    child: undefined,
    stop: async () => undefined,
    says: `${url.hostname}:${port} (${name})`,
  }
}

/** What provisioning signs in to NATS with. */
export function natsOperator(
  stores: DataStores,
  secrets: Secrets,
): { user: string; pass: string } | undefined {
  return natsLogin(stores, secrets, operatorUser)
}

/** A user of ours, or whoever the named server's URL says. */
export function natsLogin(
  stores: DataStores,
  secrets: Secrets,
  name: string,
): { user: string; pass: string } | undefined {
  if (stores.hasOurUsers) return { user: name, pass: secrets.nats[name] ?? '' }
  const { username, password } = new URL(stores.nats.url)
  return username ? { user: decodeURIComponent(username), pass: decodeURIComponent(password) } : undefined
}
