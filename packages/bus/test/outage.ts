import { type Area, areas } from '@palomar/contracts'
import type { TestNats } from '@palomar/testkit'
import { eventually } from '@palomar/testkit'
import type { Bus } from '../src/index.ts'
import { event, nameOf, type TenancyEvent } from './fixture.ts'
import { raw } from './raw.ts'

export interface Outage {
  accepted: Set<string>
  refused: number
  kills: number
  /** Names in the stream afterwards, each as often as it is there. */
  stored: string[]
}

/**
 * Publishes from many callers at once while the server is killed and started again, `kills` times, each time after so
 * many more events were accepted; then reads what the stream holds.
 */
export async function publishThroughKills(
  nats: TestNats,
  bus: Bus,
  options: { callers: number; kills: number; acceptedBetween: number; awayMs: number },
): Promise<Outage> {
  const area: Area<TenancyEvent> = areas.tenancy
  const publisher = bus.publisher(area)
  const accepted = new Set<string>()
  let refused = 0
  let running = true
  const caller = async (id: number) => {
    for (let n = 0; running; n++) {
      const name = `${id}.${n}`
      try {
        await publisher.publish([event(name)])
        accepted.add(name)
      } catch {
        refused++
      }
      // Refused at once while the queue is full: let the connection come back.
      if (!bus.isConnected()) await Bun.sleep(1)
    }
  }
  const callers = Array.from({ length: options.callers }, (_, id) => caller(id))
  const grownBy = (more: number) => {
    const goal = accepted.size + more
    return eventually(() => {
      if (accepted.size < goal) throw new Error(`only ${accepted.size} of ${goal} accepted`)
    })
  }
  for (let kill = 0; kill < options.kills; kill++) {
    await grownBy(options.acceptedBetween)
    await nats.kill()
    await Bun.sleep(options.awayMs)
    await nats.restart()
  }
  await grownBy(options.acceptedBetween)
  running = false
  await Promise.all(callers)
  return { accepted, refused, kills: options.kills, stored: await storedNames(nats.url) }
}

async function storedNames(url: string): Promise<string[]> {
  const { nc, jsm } = await raw(url)
  const { state } = await jsm.streams.info('TENANCY')
  const names: string[] = []
  const consumer = await nc.jetstream().consumers.get('TENANCY', {})
  if (state.messages > 0) {
    const messages = await consumer.consume()
    for await (const message of messages) {
      names.push(...areas.tenancy.decode(message.data).events.map(nameOf))
      if (message.info.pending === 0) break
    }
  }
  await nc.close()
  return names
}
