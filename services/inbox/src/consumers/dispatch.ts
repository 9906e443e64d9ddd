import type { Handler } from '@palomar/bus'
import type { dispatcherEventsV1 } from '@palomar/contracts'
import { batchHandler } from './batch.ts'
import type { ConsumerDeps } from './ingest.ts'
import { type AcceptedItem, parseAccepted, storeAccepted } from './message-accepted.ts'
import { parseStateChanged, type StateItem, storeStates } from './message-state-changed.ts'
import { type HeldItem, parseHeld, tellHeld } from './number-held.ts'
import { parseStatus, type StatusItem, storeStatuses } from './status-received.ts'

/** DISPATCH: messages of ours, what became of them, and statuses that the ledger could not place. */
export function dispatchHandler({ db, clock, ...told }: ConsumerDeps): Handler<dispatcherEventsV1.Event> {
  return batchHandler<dispatcherEventsV1.Event, AcceptedItem | StateItem | StatusItem | HeldItem>({
    db,
    ...told,
    parse(event) {
      const { payload } = event
      if (payload?.$case === 'messageAccepted') return parseAccepted(event, payload.value)
      if (payload?.$case === 'messageStateChanged') return parseStateChanged(event, payload.value)
      if (payload?.$case === 'numberHeld') return parseHeld(event, payload.value)
      if (payload?.$case === 'statusUnmatched') return parseStatus(event.header, payload.value.status, true)
      return undefined
    },
    async write(tx, items, facts) {
      const now = new Date(clock.now())
      const accepted = items.filter((item) => item.kind === 'accepted')
      const states = items.filter((item) => item.kind === 'state')
      const statuses = items.filter((item) => item.kind === 'status')
      const held = items.filter((item) => item.kind === 'held')
      if (accepted.length > 0) await storeAccepted(tx, accepted, facts, now)
      if (states.length > 0) await storeStates(tx, states, facts, now)
      if (statuses.length > 0) await storeStatuses(tx, statuses, facts, now)
      if (held.length > 0) await tellHeld(tx, held, facts, now)
    },
  })
}
