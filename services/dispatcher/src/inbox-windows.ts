import { idFromUuid, type inboxV1 } from '@palomar/contracts'
import { appError } from '@palomar/errors'
import type { WindowQuestion } from './db/sending-state.ts'

/** Until when free text may go to each recipient, as inbox knows it; null: never opened. In the order asked. */
export interface InboxWindows {
  check(questions: readonly WindowQuestion[]): Promise<(Date | null)[]>
}

export interface CheckWindowsClient {
  checkWindows(request: inboxV1.CheckWindowsRequest): Promise<inboxV1.CheckWindowsResponse>
}

export function createInboxWindows(client: CheckWindowsClient): InboxWindows {
  return {
    async check(questions) {
      const { answers } = await client.checkWindows({
        questions: questions.map((question) => ({
          tenantId: idFromUuid('tenant', question.tenantId),
          numberId: idFromUuid('number', question.numberId),
          recipientKey: question.recipientKey,
        })),
      })
      return questions.map((_, i) => answers[i]?.expiresAt ?? null)
    },
  }
}

/** No address of inbox is configured: as if it were away. */
export const noInbox: InboxWindows = {
  check: () => Promise.reject(appError('unavailable', { internal: 'no address of inbox is configured' })),
}
