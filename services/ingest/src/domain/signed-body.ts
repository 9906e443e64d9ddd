import type { webhooksV1 } from '@palomar/contracts'
import type { SignedBody } from './incoming.ts'

/** A stored webhook as the domain sees it. */
export function signedBodyOf(event: webhooksV1.WebhookBody, webhookAt: Date): SignedBody {
  return { appId: event.appId, receivedAt: event.receivedAt ?? webhookAt, webhookAt, bytes: event.body }
}
