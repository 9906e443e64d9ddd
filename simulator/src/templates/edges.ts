import { unknownObject } from '../graph/answer.ts'
import type { Call } from '../graph/call.ts'
import { createTemplate } from './create.ts'
import { editTemplate, unpauseTemplate } from './edit.ts'
import { listTemplates } from './list.ts'
import { archiveTemplates, deleteTemplates, unarchiveTemplates, upsertTemplates } from './many.ts'
import { templateNode } from './node.ts'

/** Two things lie below the edge of an account; all else makes a template. */
function post(call: Call): Response | Promise<Response> {
  if (call.rest === '') return createTemplate(call)
  if (call.rest === 'archive') return archiveTemplates(call)
  return call.rest === 'unarchive' ? unarchiveTemplates(call) : unknownObject(call.id)
}

export const accountTemplateEdges = {
  'GET message_templates': listTemplates,
  'POST message_templates': post,
  'DELETE message_templates': deleteTemplates,
  'POST upsert_message_templates': upsertTemplates,
}

export const templateEdges = {
  'GET ': templateNode,
  'POST ': editTemplate,
  'POST unpause': unpauseTemplate,
}
