import type { dispatcherV1 } from '@palomar/contracts'
import { appError } from '@palomar/errors'
import { type CallContext, tenantOf } from '@palomar/rpc'
import type { AcceptRequest } from '../accept/accept-messages.ts'

/** 202 in gRPC: answers only after the rows are committed. */
export function acceptMessages(
  accept: (request: AcceptRequest) => Promise<dispatcherV1.AcceptMessagesResponse>,
) {
  return (
    { items, idempotencyKey, bodyHash, tenantId }: dispatcherV1.AcceptMessagesRequest,
    { caller }: CallContext,
  ) =>
    accept({ tenantId: tenantOf(caller, tenantId), actor: actorOf(caller), items, idempotencyKey, bodyHash })
}

/** M30: WhatsApp is switched off here. */
export async function refuseMessages(): Promise<never> {
  throw appError('sending_disabled')
}

function actorOf(caller: CallContext['caller']): string {
  if (caller.kind === 'tenant') return caller.actorId
  return caller.kind === 'service' ? `svc:${caller.service}` : ''
}
