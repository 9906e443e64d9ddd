import {
  type Check,
  type Exact,
  type SendValidation,
  validateRequest,
  validateTemplate,
} from '../src/index.ts'
import { isObject } from '../src/json.ts'
import { valuesIn } from './bodies.ts'

/** One line per body of a file: ok, or what Meta would answer, where and why. */
export function validateLines(file: string, bytes: Uint8Array): string[] {
  const values = valuesIn(bytes)
  if (values === undefined) return [`${file}: 100 $ The body is not JSON.`]
  return values.map((value, i) => `${values.length > 1 ? `${file}#${i + 1}` : file}: ${verdictOf(value)}`)
}

function verdictOf(value: Exact): string {
  const result = check(value)
  if (result.ok) return 'ok'
  const [problem] = result.errors
  const { path = '', detail = result.title, limit, docs = '' } = problem ?? {}
  const more = result.errors.length > 1 ? `; ${result.errors.length - 1} more` : ''
  const bound = limit === undefined ? '' : `limit ${limit}; `
  // One line, whatever stood in the body.
  return `${result.code} ${path || '$'} ${detail} (${bound}${docs}${more})`.replace(/[\r\n]+/g, ' ')
}

type Verdict = Check | SendValidation | ReturnType<typeof validateRequest>

function check(value: Exact): Verdict {
  if (!isObject(value)) return validateRequest(value)
  if ('components' in value && 'category' in value && 'name' in value) return validateTemplate(value)
  const isMarketing = ['product_policy', 'message_activity_sharing', 'bid_spec'].some((key) => key in value)
  return validateRequest(
    value,
    isMarketing && value.type === 'template' ? { endpoint: 'marketing_messages' } : {},
  )
}
