import { idFromUuid, type mediaV1 } from '@palomar/contracts'
import { appError } from '@palomar/errors'

export interface FileQuestion {
  tenantId: string
  numberId: string
  mediaId: string
}

/** Meta's id of a file for a number; or a no that is final; or neither yet. */
export interface FileAnswer {
  metaMediaId: string
  refusalCode: string
  detail: string
}

/** What media says of files, in the order asked. `waitMs`: how long it may wait for uploads under way. */
export interface MetaFiles {
  resolve(questions: readonly FileQuestion[], waitMs: number): Promise<FileAnswer[]>
}

export interface ResolveForMetaClient {
  resolveForMeta(
    request: mediaV1.ResolveForMetaRequest,
    options?: { deadlineMs?: number },
  ): Promise<mediaV1.ResolveForMetaResponse>
}

/** Beyond the wait: the way there and back. */
const talkMs = 1_500

export function createMetaFiles(client: ResolveForMetaClient): MetaFiles {
  return {
    async resolve(questions, waitMs) {
      const request = {
        questions: questions.map((question) => ({
          tenantId: idFromUuid('tenant', question.tenantId),
          numberId: idFromUuid('number', question.numberId),
          mediaId: idFromUuid('media', question.mediaId),
        })),
        waitMs,
      }
      const { answers } = await client.resolveForMeta(request, { deadlineMs: waitMs + talkMs })
      if (answers.length !== questions.length) {
        throw appError('internal', { internal: 'ResolveForMeta answered fewer than it was asked' })
      }
      return answers
    },
  }
}

/** No address of media is configured: as if it were away. */
export const noMetaFiles: MetaFiles = {
  resolve: () => Promise.reject(appError('unavailable', { internal: 'no address of media is configured' })),
}
