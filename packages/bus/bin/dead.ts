/**
 * Dead letters of the NATS in NATS_URL.
 *   bun packages/bus/bin/dead.ts list [--durable <name>] [--limit <n>] [--cursor <id>] [--json]
 *   bun packages/bus/bin/dead.ts replay --durable <name> (--all | <id>…)
 */
import { parseArgs } from 'node:util'
import { durables } from '@palomar/contracts'
import { AppError } from '@palomar/errors'
import { ConfigError, createLogger } from '@palomar/runtime'
import { type Bus, connectBus, type DeadLetter } from '../src/index.ts'
import { readDeadConfig } from './config.ts'

const usage =
  'usage: dead.ts list [--durable <name>] [--limit <n>] [--cursor <id>] [--json]\n       dead.ts replay --durable <name> (--all | <id>…)'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    durable: { type: 'string' },
    limit: { type: 'string' },
    cursor: { type: 'string' },
    json: { type: 'boolean' },
    all: { type: 'boolean' },
  },
})
const [command, ...ids] = positionals

/** Text for people, or why not. */
async function run(bus: Bus): Promise<string> {
  const { durable } = values
  const known = Object.values(durables).map(({ name }) => name)
  if (durable !== undefined && !known.includes(durable))
    throw new UsageError(`no durable is called ${durable}; there are ${known.join(', ')}`)
  if (command === 'list') return list(bus, durable)
  if (command === 'replay' && durable && (values.all === true) !== ids.length > 0) {
    const replayed = await bus.dead.replay(durable, values.all ? 'all' : ids)
    return `${replayed} handed back to ${durable}`
  }
  throw new UsageError(usage)
}

async function list(bus: Bus, durable: string | undefined): Promise<string> {
  const { letters, nextCursor } = await bus.dead.list({
    ...(durable && { durable }),
    ...(values.limit && { limit: Number(values.limit) || 0 }),
    cursor: values.cursor,
  })
  if (values.json) return JSON.stringify({ letters, nextCursor: nextCursor ?? null })
  const more = nextCursor ? [`more: --cursor ${nextCursor}`] : []
  return [letters.length === 0 ? 'no dead letters' : letters.map(lineOf).join('\n'), ...more].join('\n')
}

function lineOf({ id, deadAt, durable, kind, tries, reasonCode, reason, eventId }: DeadLetter): string {
  return `${id}\t${deadAt.toISOString()}\t${durable}\t${kind}\t${tries} tries\t${reasonCode}: ${reason}\t${eventId}`
}

class UsageError extends Error {}

try {
  const { NATS_URL, NATS_USER, NATS_PASSWORD } = readDeadConfig()
  const logger = createLogger({
    service: 'dead',
    level: 'error',
    write: (line) => void process.stderr.write(line),
  })
  const bus = await connectBus({
    servers: NATS_URL,
    user: NATS_USER,
    pass: NATS_PASSWORD,
    name: 'palomar-dead',
    logger,
    connectTimeoutMs: 5_000,
  })
  try {
    console.log(await run(bus))
  } finally {
    await bus.close()
  }
} catch (error) {
  if (!(error instanceof ConfigError || error instanceof AppError || error instanceof UsageError)) throw error
  console.error(error.message)
  process.exitCode = error instanceof UsageError ? 2 : 1
}
