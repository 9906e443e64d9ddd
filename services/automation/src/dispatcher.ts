/** What automation asks of the dispatcher, over gRPC with its own service token. */
import { createHash } from 'node:crypto'
import { dispatcherV1, idFromUuid } from '@palomar/contracts'
import { appError } from '@palomar/errors'
import { createClient, type TokenSource } from '@palomar/rpc'
import type { Logger, Metrics } from '@palomar/runtime'
import type { DueAnswer } from './db/answers.ts'

/** What the ledger said of an answer. */
export type Accepted = { accepted: true } | { accepted: false; code: string }

export interface Dispatcher {
  /** Rejects when the ledger is away: then nobody knows, and the same call may come again. */
  accept(answer: DueAnswer): Promise<Accepted>
  close(): void
}

export function connectDispatcher(options: {
  address: string
  token: TokenSource
  logger: Logger
  metrics: Metrics
}): Dispatcher {
  const client = createClient(dispatcherV1.DispatcherServiceService, {
    ...options,
    audience: 'dispatcher',
    deadlineMs: 10_000,
  })
  return {
    async accept(answer) {
      const contentJson = JSON.stringify({ type: 'text', text: { body: answer.replyText } })
      const { results } = await client.acceptMessages({
        items: [
          {
            messageId: idFromUuid('message', answer.replyMessageId),
            numberId: idFromUuid('number', answer.numberId),
            // Meta's own name of the person goes back to Meta; the user id only for those without a number.
            recipient: { to: answer.waId, userId: answer.waId ? '' : answer.userId, key: '' },
            type: 'text',
            contentJson,
            contextWamid: '',
            callbackData: '',
            scheduledAt: undefined,
          },
        ],
        // Of the rule and the message: the ledger takes it once, however often we ask (CONTRACTS 33).
        idempotencyKey: `rule:${idFromUuid('rule', answer.ruleId)}:${idFromUuid('message', answer.messageId)}`,
        bodyHash: createHash('sha256').update(`${answer.waId}\n${answer.userId}\n${contentJson}`).digest(),
        tenantId: idFromUuid('tenant', answer.tenantId),
      })
      const result = results[0]?.result
      if (result?.$case === 'accepted') return { accepted: true }
      if (result?.$case === 'refused') return { accepted: false, code: result.value.code }
      throw appError('internal', { internal: 'AcceptMessages answered nothing' })
    },
    close: () => client.close(),
  }
}
