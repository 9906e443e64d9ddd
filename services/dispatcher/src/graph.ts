import { createGraphClient } from '@palomar/cloud-api'
import { appError } from '@palomar/errors'
import type { GraphSender } from './lanes/send.ts'
import type { NumberApi } from './rpc/check-number.ts'
import type { TemplateApi } from './templates.ts'

/** A page of templates is asked for by a person who waits. */
const listDeadlineMs = 10_000

export interface Graph extends GraphSender, TemplateApi, NumberApi {
  close(): void
}

/** Graph as the dispatcher uses it: sends, and lists of templates whose refusal is an AppError. */
export function createGraph(baseUrl: string, socketsMax: number, onAnswered: () => void): Graph {
  const client = createGraphClient({ baseUrl, socketsMax })
  return {
    async sendMessage(call) {
      const result = await client.sendMessage(call)
      if (result.kind === 'answered') onAnswered()
      return result
    },
    async listTemplates(owner) {
      const listing = await client.listTemplates({ ...owner, deadlineMs: listDeadlineMs })
      if (listing.ok) return listing.templates
      const { error, reason } = listing
      if (error)
        throw appError('meta_error', {
          detail: `WhatsApp answered: ${error.title} (${error.code})`,
          internal: reason,
        })
      throw appError('unavailable', { internal: `Graph gave no list of templates: ${reason}` })
    },
    async getNumber(call) {
      const answer = await client.getNumber({ ...call, deadlineMs: listDeadlineMs })
      if (answer.kind === 'ok' || answer.kind === 'error') onAnswered()
      return answer
    },
    close: () => client.close(),
  }
}
