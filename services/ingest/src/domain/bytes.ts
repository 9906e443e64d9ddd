import { messagesIn } from '@palomar/cloud-api'
import { type bytesV1, eventIdOf, idFromUuid } from '@palomar/contracts'
import { type IncomingChange, idOfChange } from './incoming.ts'
import type { Route } from './route.ts'

/** The change as Meta sent it. Its id is the kept change's, so that a retry of Meta's is the same event. */
export function bytesOf(change: IncomingChange, route: Route): bytesV1.Event {
  const { entryId, entryTime, field, raw, receivedAt, parsed } = change
  const { tenantId, numberId, wabaId, portfolioId } = route
  const id = eventIdOf('bytes', tenantId, idFromUuid('change', idOfChange(change)))
  return {
    header: { id, tenantId, time: receivedAt, traceparent: '' },
    payload: {
      $case: 'changeReceived',
      value: {
        number: { numberId, phoneNumberId: change.key?.phoneNumberId ?? '', wabaId, portfolioId },
        entryId,
        entryTime,
        field,
        raw: Buffer.from(raw),
        wamids: parsed?.kind === 'messages' ? messagesIn(parsed).map(({ wamid }) => wamid) : [],
        receivedAt,
      },
    },
  }
}
