import { type GraphError, parseGraphError } from '../errors/graph-error.ts'
import type { TemplateDefinition } from '../template/definition.ts'
import { parseTemplatePage } from '../template/list.ts'
import type { GraphAnswer } from './answer.ts'
import { edge, type GraphCall, type GraphCore, idIn, successIn } from './core.ts'

export type TemplateListing =
  | { ok: true; templates: TemplateDefinition[] }
  | { ok: false; error?: GraphError; reason: string }

export interface CreatedTemplate {
  id: string
  /** Usually PENDING; some are APPROVED or REJECTED at once. */
  status: string
  /** May be another than was asked for: Meta decides. */
  category: string
}

type OfAccount = GraphCall & { wabaId: string }
type OfTemplate = GraphCall & { templateId: string }

export interface TemplateCalls {
  /** All templates of an account. */
  listTemplates(call: OfAccount): Promise<TemplateListing>
  /** A template as it is to be: name, language, category, components, in Meta's words. */
  createTemplate(call: OfAccount & { template: unknown }): Promise<GraphAnswer<CreatedTemplate>>
  /** What of it changes; an approved one once a day and ten times in 30 days. */
  editTemplate(call: OfTemplate & { changes: unknown }): Promise<GraphAnswer<true>>
  getTemplate(
    call: OfTemplate & { fields?: readonly string[] },
  ): Promise<GraphAnswer<Record<string, unknown>>>
  /** All languages of a name; one, with its id. */
  deleteTemplate(call: OfAccount & { name: string; templateId?: string }): Promise<GraphAnswer<true>>
  /** After a pause by pacing, from five minutes on. */
  unpauseTemplate(call: OfTemplate): Promise<GraphAnswer<{ success: boolean; reason?: string }>>
}

/** 6,000 is the most an account can have. */
const templatePageSize = 250
const templatePagesMax = 40
/** Quality and the reason of a refusal come only when asked for. */
const templateFields =
  'id,name,language,status,category,components,parameter_format,quality_score,rejected_reason'

/** `pages.templateCalls` */
export const templateCalls = (core: GraphCore): TemplateCalls => ({
  listTemplates: (call) => listTemplates(core, call),
  createTemplate: (call) =>
    core.ask(
      call,
      { method: 'POST', path: edge(call.wabaId, 'message_templates'), json: call.template },
      createdIn,
    ),
  editTemplate: (call) =>
    core.ask(call, { method: 'POST', path: edge(call.templateId), json: call.changes }, successIn),
  getTemplate: (call) =>
    core.ask(
      call,
      { method: 'GET', path: edge(call.templateId), query: { fields: call.fields?.join(',') } },
      (json) => json,
    ),
  deleteTemplate: (call) =>
    core.ask(
      call,
      {
        method: 'DELETE',
        path: edge(call.wabaId, 'message_templates'),
        query: { name: call.name, hsm_id: call.templateId },
      },
      successIn,
    ),
  unpauseTemplate: (call) =>
    core.ask(call, { method: 'POST', path: edge(call.templateId, 'unpause') }, ({ success, reason }) =>
      typeof success === 'boolean'
        ? { success, ...(typeof reason === 'string' ? { reason } : {}) }
        : undefined,
    ),
})

function createdIn(json: Record<string, unknown>): CreatedTemplate | undefined {
  const id = idIn(json)
  if (id === undefined) return undefined
  const word = (value: unknown) => (typeof value === 'string' ? value : '')
  return { id, status: word(json.status), category: word(json.category) }
}

async function listTemplates(core: GraphCore, call: OfAccount): Promise<TemplateListing> {
  const templates: TemplateDefinition[] = []
  let after: string | undefined
  for (let page = 0; page < templatePagesMax; page++) {
    const query = { limit: String(templatePageSize), fields: templateFields, after }
    const path = edge(call.wabaId, 'message_templates')
    const result = await core.request(call, { method: 'GET', path, query })
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
