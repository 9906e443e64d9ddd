import type { GraphSender } from './lanes/send.ts'
import type { TemplateApi } from './templates.ts'

/** TEMPORARY until cloud-api's client is there: fetch cannot tell "not connected" from "no answer". */
export function createGraph(baseUrl: string): GraphSender & TemplateApi {
  return {
    async sendMessage({ phoneNumberId, token, version, body, deadlineMs, onConnected }) {
      if (!onConnected()) return { kind: 'not_sent', reason: 'lease' }
      try {
        const response = await fetch(`${baseUrl}/${version}/${phoneNumberId}/messages`, {
          method: 'POST',
          headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
          body: JSON.stringify(body),
          signal: AbortSignal.timeout(deadlineMs),
        })
        return { kind: 'answered', status: response.status, json: await response.json() }
      } catch (error) {
        return { kind: 'in_doubt', reason: String(error) }
      }
    },
    async listTemplates({ wabaId, token, version }) {
      const response = await fetch(`${baseUrl}/${version}/${wabaId}/message_templates`, {
        headers: { authorization: `Bearer ${token}` },
      })
      const { data } = (await response.json()) as { data: { components: unknown[] }[] }
      return data.map(({ components, ...rest }) => ({
        ...(rest as never),
        componentsJson: JSON.stringify(components),
      }))
    },
  }
}
