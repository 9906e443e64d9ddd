import type { Handler } from '@palomar/bus'
import type { ingestEventsV1 } from '@palomar/contracts'
import type { Db } from '@palomar/db'
import type { Clock } from '@palomar/runtime'
import { type BatchOptions, batchHandler, type Item } from './batch.ts'
import { type CallItem, openWindowsOfCalls, parseCall } from './call-received.ts'
import { parseReceived, type Received, storeReceived } from './message-received.ts'
import { parseStatus, type StatusItem, storeStatuses } from './status-received.ts'

export interface ConsumerDeps extends Pick<BatchOptions<never, Item>, 'onDead' | 'onStored' | 'onHandled'> {
  db: Db
  clock: Clock
}

/** INGEST: customers' messages, their calls, and statuses that carry no echo of ours. */
export function ingestHandler({ db, clock, ...told }: ConsumerDeps): Handler<ingestEventsV1.Event> {
  return batchHandler<ingestEventsV1.Event, Received | StatusItem | CallItem>({
    db,
    ...told,
    parse(event) {
      const { payload } = event
      if (payload?.$case === 'messageReceived') return parseReceived(event, payload.value)
      if (payload?.$case === 'callReceived') return parseCall(event, payload.value)
      // With an echo it is the dispatcher's (CONTRACTS 20).
      if (payload?.$case === 'statusReceived' && payload.value.echo === '') {
        return parseStatus(event.header, payload.value, false)
      }
      return undefined
    },
    async write(tx, items, facts) {
      const now = new Date(clock.now())
      const messages = items.filter((item) => item.kind === 'message')
      const statuses = items.filter((item) => item.kind === 'status')
      if (messages.length > 0) await storeReceived(tx, messages, facts, now)
      const calls = items.filter((item) => item.kind === 'call')
      if (calls.length > 0) await openWindowsOfCalls(tx, calls, facts, now)
      if (statuses.length > 0) await storeStatuses(tx, statuses, facts, now)
    },
  })
}
