import {
  buckets as contractBuckets,
  durables as contractDurables,
  streams as contractStreams,
  type DurableSpec,
  type StreamSpec,
} from '@palomar/contracts'
import { appError } from '@palomar/errors'
import type { Logger } from '@palomar/runtime'
import type { ConsumerConfig, JetStreamManager, StreamConfig } from 'nats'
import { openConnection } from '../connection.ts'
import { apiErrors, isApiError } from '../stream-error.ts'
import { problemsOfServers, type SyncSource } from './server-check.ts'
import { bucketConfig, durableConfigs, streamConfig } from './stream-config.ts'

export interface ProvisionOptions extends SyncSource {
  servers: string
  /** The operator's login; none on a server without users. */
  user?: string | undefined
  pass?: string | undefined
  logger: Logger
  streams?: readonly StreamSpec[]
  durables?: readonly DurableSpec[]
  buckets?: readonly string[]
  /** Copies of each stream; 3 also answers for a server that does not sync always. */
  replicas?: number
  /** Goes on with a server that may lose what it acknowledged, or refuse a large webhook. Loudly. */
  allowUnsynced?: boolean
  connectTimeoutMs?: number
}

export interface Provisioned {
  created: string[]
  changed: string[]
  /** Durables on our streams that the contracts do not know: an interest stream keeps everything for them. */
  unknown: string[]
}

/**
 * Brings streams, durables and buckets to what the contracts say; a second run changes nothing. Runs before the first
 * publish: a stream with retention by interest drops what no durable waits for. Refuses servers that would lose what
 * they acknowledge.
 */
export async function provision(options: ProvisionOptions): Promise<Provisioned> {
  const { logger, replicas = 1 } = options
  const connection = await openConnection({ ...options, name: 'palomar-provision' })
  try {
    const problems = await problemsOfServers(connection.nc, replicas, options)
    if (problems.length > 0) refuseOrShout(problems, options.allowUnsynced === true, logger)
    const jsm = await connection.nc.jetstreamManager()
    const done: Provisioned = { created: [], changed: [], unknown: [] }
    for (const spec of options.streams ?? contractStreams)
      await ensureStream(jsm, streamConfig(spec, replicas), done)
    const bucketNames = options.buckets ?? Object.values(contractBuckets).map(({ name }) => name)
    for (const name of bucketNames) await ensureStream(jsm, bucketConfig(name, replicas), done)
    await ensureDurables(jsm, options, done)
    if (done.unknown.length > 0)
      logger.warn('durables nobody knows keep their streams from shrinking; delete them', {
        durables: done.unknown,
      })
    return done
  } finally {
    await connection.close()
  }
}

function refuseOrShout(problems: string[], mayGoOn: boolean, logger: Logger): void {
  if (!mayGoOn)
    throw appError('unavailable', { internal: `this NATS would lose events:\n- ${problems.join('\n- ')}` })
  logger.error('############ THIS NATS MAY LOSE WHAT IT ACKNOWLEDGED, AND WAS ALLOWED TO ############', {
    problems,
  })
}

async function ensureDurables(
  jsm: JetStreamManager,
  options: ProvisionOptions,
  done: Provisioned,
): Promise<void> {
  const wanted = (options.durables ?? Object.values(contractDurables)).flatMap(durableConfigs)
  const streamNames = (options.streams ?? contractStreams).map(({ name }) => name)
  for (const stream of streamNames) {
    const existing = new Map<string, ConsumerConfig>()
    for await (const { name, config } of jsm.consumers.list(stream)) existing.set(name, config)
    for (const { config } of wanted.filter((durable) => durable.stream === stream)) {
      const have = existing.get(config.durable_name)
      existing.delete(config.durable_name)
      if (!have) {
        await jsm.consumers.add(stream, config)
        done.created.push(`${stream}/${config.durable_name}`)
      } else if (differs(have, config)) {
        await jsm.consumers.update(stream, config.durable_name, config)
        done.changed.push(`${stream}/${config.durable_name}`)
      }
    }
    for (const [name, { durable_name }] of existing) if (durable_name) done.unknown.push(`${stream}/${name}`)
  }
}

async function ensureStream(
  jsm: JetStreamManager,
  config: Partial<StreamConfig> & { name: string },
  done: Provisioned,
): Promise<void> {
  let have: StreamConfig
  try {
    have = (await jsm.streams.info(config.name)).config
  } catch (error) {
    if (!isApiError(error, apiErrors.streamNotFound)) throw error
    await jsm.streams.add(config)
    done.created.push(config.name)
    return
  }
  if (!differs(have, config)) return
  await jsm.streams.update(config.name, config)
  done.changed.push(config.name)
}

/** Whether any field we name has another value; fields we leave to the server are its own. */
function differs(have: object, want: object): boolean {
  const fields = have as Record<string, unknown>
  return Object.entries(want).some(
    ([key, value]) => JSON.stringify(fields[key] ?? empty(value)) !== JSON.stringify(value),
  )
}

/** The server leaves out what is zero, false or empty. */
function empty(value: unknown): unknown {
  if (typeof value === 'number') return 0
  return typeof value === 'boolean' ? false : undefined
}
