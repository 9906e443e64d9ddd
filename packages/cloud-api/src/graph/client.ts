import type { GraphError } from '../errors/graph-error.ts'
import { parseGraphError } from '../errors/graph-error.ts'
import { isObject } from '../json.ts'
import type { TemplateDefinition } from '../template/definition.ts'
import { parseTemplatePage } from '../template/list.ts'
import type { GraphResult } from './answer.ts'
import { createCore, edge, type GraphCall, type GraphClientOptions, type GraphCore } from './core.ts'
import { type MediaCalls, mediaCalls } from './media.ts'

export interface SendCall extends GraphCall {
  phoneNumberId: string
  body: unknown
}

export type TemplateListing =
  | { ok: true; templates: TemplateDefinition[] }
  | { ok: false; error?: GraphError; reason: string }

export interface GraphClient extends MediaCalls {
  /** `POST /{phone_number_id}/messages`, once. */
  sendMessage(call: SendCall): Promise<GraphResult>
  /** All templates of an account. */
  listTemplates(call: GraphCall & { wabaId: string }): Promise<TemplateListing>
  /** `GET` of a node or edge such as `4000041`; answered also when the JSON is an error. */
  get(call: GraphCall & { path: string; query?: Record<string, string> }): Promise<GraphResult>
  /** Closes idle sockets; requests under way end as they would. */
  close(): void
}

/** 6,000 is the most an account can have. */
const templatePageSize = 250
const templatePagesMax = 40

export function createGraphClient(options: GraphClientOptions): GraphClient {
  const core = createCore(options)
  return {
    ...mediaCalls(core),
    sendMessage: (call) =>
      core.request(
        call,
        { method: 'POST', path: edge(call.phoneNumberId, 'messages'), json: call.body },
        // A read receipt is answered with success alone.
        (json) => messageIdIn(json) !== undefined || json.success === true,
      ),
    listTemplates: (call) => listTemplates(core, call),
    get: (call) =>
      core.request(call, { method: 'GET', path: call.path, ...(call.query ? { query: call.query } : {}) }),
    close: core.close,
  }
}

async function listTemplates(
  core: GraphCore,
  call: GraphCall & { wabaId: string },
): Promise<TemplateListing> {
  const templates: TemplateDefinition[] = []
  let after: string | undefined
  for (let page = 0; page < templatePagesMax; page++) {
    const query = { limit: String(templatePageSize), after }
    const result = await core.request(call, {
      method: 'GET',
      path: edge(call.wabaId, 'message_templates'),
      query,
    })
    if (result.kind !== 'answered') return { ok: false, reason: result.reason }
    const error = parseGraphError(result.json)
    if (error) return { ok: false, error, reason: error.title }
    const listed = parseTemplatePage(result.json)
    if (!listed) return { ok: false, reason: 'the answer is no list of templates' }
    templates.push(...listed.templates)
    after = listed.after
    if (after === undefined) break
  }
  return { ok: true, templates }
}

/** The wamid in the answer to a send. */
export function messageIdIn(json: unknown): string | undefined {
  if (!isObject(json) || !Array.isArray(json.messages)) return undefined
  const [first] = json.messages
  return isObject(first) && typeof first.id === 'string' && first.id !== '' ? first.id : undefined
}
