/** A service whose handler dies, the whole process with it, on any event called `poison`. Run by kill.test.ts. */
import { areas, type DurableSpec, durables } from '@palomar/contracts'
import { createLogger } from '@palomar/runtime'
import { connectBus } from '../src/index.ts'
import { nameOf, quick } from './fixture.ts'

const [servers = '', mutation = ''] = process.argv.slice(2)
const bus = await connectBus({
  servers,
  name: 'deadly',
  logger: createLogger({ service: 'deadly', write: (line) => void process.stderr.write(line) }),
})
const durable: DurableSpec = { ...durables.ingestTenancy, ackWaitMs: 400 }
await bus.consume(
  areas.tenancy,
  durable,
  async (events) => {
    for (const { event } of events) {
      if (nameOf(event) === 'poison') process.kill(process.pid, 'SIGKILL')
      // Each line is one effect that has happened, whatever becomes of this process.
      process.stdout.write(`${nameOf(event)}\n`)
    }
    return events.map(() => 'ok' as const)
  },
  { timing: quick, mutation: mutation === 'ack-before-commit' ? mutation : undefined },
)
