import { appError } from '@palomar/errors'
import { type NatsConnection, RequestStrategy } from 'nats'
import { isVersionAtLeast, versionMin } from '../connection.ts'
import { payloadBytesMin } from '../nats-config.ts'

/** What one server says of itself. */
export interface ServerFacts {
  name: string
  version: string
  syncsAlways: boolean
}

export interface SyncSource {
  /** The HTTP monitoring port, such as `http://nats:8222`, when the account cannot ask the server itself. */
  monitorUrl?: string | undefined
}

const askMs = 1_000
const howToAsk =
  'give the account the import of natsConfig ($SYS.REQ.SERVER.PING.JSZ), or name the monitoring port'

/** Everything wrong with the servers, one sentence each; empty when events are safe with them. */
export async function problemsOfServers(
  nc: NatsConnection,
  replicas: number,
  source: SyncSource,
): Promise<string[]> {
  const problems: string[] = []
  const { version = '0', max_payload = 0 } = nc.info ?? {}
  const servers = await serverFacts(nc, source)
  for (const server of [{ name: 'the server', version }, ...servers]) {
    if (!isVersionAtLeast(server.version, versionMin))
      problems.push(`${server.name} is NATS ${server.version}; ${versionMin.join('.')} or newer is needed`)
  }
  if (max_payload < payloadBytesMin)
    problems.push(`max_payload is ${max_payload}; a webhook of Meta's needs ${payloadBytesMin} (8MB)`)
  // With three copies a power cut must take two machines at once.
  if (replicas < 3) {
    if (servers.length === 0)
      problems.push(`no server says whether it syncs before it acknowledges: ${howToAsk}`)
    for (const { name, syncsAlways } of servers) {
      if (!syncsAlways)
        problems.push(`${name} acknowledges before the disk has it: set jetstream { sync_interval: always }`)
    }
  }
  return problems
}

interface Jsz {
  config?: { sync_always?: boolean }
}

async function serverFacts(nc: NatsConnection, { monitorUrl }: SyncSource): Promise<ServerFacts[]> {
  return monitorUrl ? [await fromMonitor(monitorUrl)] : fromAccount(nc)
}

/** Every server of the cluster answers. */
async function fromAccount(nc: NatsConnection): Promise<ServerFacts[]> {
  const facts: ServerFacts[] = []
  const answers = await nc.requestMany('$SYS.REQ.SERVER.PING.JSZ', JSON.stringify({ config: true }), {
    maxWait: askMs,
    // A server that stands alone need not be waited for once it has spoken.
    ...(nc.info?.cluster ? {} : { strategy: RequestStrategy.Count, maxMessages: 1 }),
  })
  try {
    for await (const answer of answers) {
      const { server, data } = answer.json<{ server: { name: string; ver: string }; data: Jsz }>()
      facts.push({ name: server.name, version: server.ver, syncsAlways: data.config?.sync_always === true })
    }
  } catch {
    // Nobody answers such questions in this account.
  }
  return facts
}

async function fromMonitor(monitorUrl: string): Promise<ServerFacts> {
  const ask = async (path: string) => {
    const url = new URL(path, monitorUrl)
    const answer = await fetch(url, { signal: AbortSignal.timeout(5_000) })
    if (!answer.ok) throw appError('unavailable', { internal: `${url} answers ${answer.status}` })
    return (await answer.json()) as { server_name?: string; version?: string } & Jsz
  }
  const [varz, jsz] = await Promise.all([ask('/varz'), ask('/jsz?config=1')])
  return {
    name: varz.server_name ?? monitorUrl,
    version: varz.version ?? '0',
    syncsAlways: jsz.config?.sync_always === true,
  }
}
