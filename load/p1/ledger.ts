import { AckPolicy, connect } from 'nats'
import type { Ledger } from '../benchmark.ts'
import { numberIn } from './bodies.ts'
import type { Answers } from './generator.ts'

export type ReadBodies = (bytes: Uint8Array) => void

/** Everything a stream holds, in order; then the stream is emptied for the next round. */
export async function readBodies(
  login: { servers: string; user: string; pass: string },
  stream: string,
  onMessage: ReadBodies,
): Promise<void> {
  const nc = await connect(login)
  const jsm = await nc.jetstreamManager()
  const { state } = await jsm.streams.info(stream)
  if (state.messages > 0) {
    const { name } = await jsm.consumers.add(stream, { ack_policy: AckPolicy.None, mem_storage: true })
    const consumer = await nc.jetstream().consumers.get(stream, name)
    for await (const message of await consumer.consume({ max_messages: 500 })) {
      onMessage(message.data)
      if (message.info.pending === 0) break
    }
    await jsm.consumers.delete(stream, name)
    await jsm.streams.purge(stream)
  }
  await nc.close()
}

/** Compares what was answered with 200 and what is there. Stored but not answered so is allowed: it comes again. */
export async function checkRound(
  run: string,
  { sent, failed }: Answers,
  takeStored: (onBody: ReadBodies) => Promise<void>,
): Promise<Ledger> {
  const times = new Uint8Array(sent)
  let stored = 0
  await takeStored((body) => {
    const n = numberIn(body, run)
    if (n === undefined || n >= sent) return
    stored++
    times[n] = (times[n] ?? 0) + 1
  })
  const refused = new Set(failed)
  let lost = 0
  let doubled = 0
  for (let n = 0; n < sent; n++) {
    if (times[n] === 0 && !refused.has(n)) lost++
    if ((times[n] ?? 0) > 1) doubled++
  }
  return { sent: sent - refused.size, stored, lost, doubled }
}

export const noLedger: Ledger = { sent: 0, stored: 0, lost: 0, doubled: 0 }

export const sum = (a: Ledger, b: Ledger): Ledger => ({
  sent: a.sent + b.sent,
  stored: a.stored + b.stored,
  lost: a.lost + b.lost,
  doubled: a.doubled + b.doubled,
})
