import { appError, type FieldError } from '@palomar/errors'
import { eventTypes } from './payload.ts'
import { numbersMax } from './rule-checks.ts'

/** Every message of a company is written once for each of them. */
export const endpointsMax = 20
export const descriptionLengthMax = 200

interface Checked {
  format: string
  description: string
  eventTypes: readonly string[]
  numberIds: readonly string[]
  state: string
}

/** Throws `validation_failed` with every field that is not valid; `urlProblem` is what is wrong with the address. */
export function checkEndpoint(
  endpoint: Checked,
  urlProblem: { code: string; detail: string } | undefined,
): void {
  const fields: FieldError[] = []
  const say = (path: string, code: string, detail: string) => fields.push({ path, code, detail })
  if (urlProblem) say('url', urlProblem.code, urlProblem.detail)
  if (endpoint.format !== 'palomar' && endpoint.format !== 'meta')
    say('format', 'invalid', 'One of palomar, meta.')
  if (endpoint.format === 'meta' && endpoint.eventTypes.length > 0)
    say('event_types', 'invalid', 'Meta’s bytes come whole: leave this empty.')
  if (endpoint.description.length > descriptionLengthMax)
    say('description', 'too_long', `At most ${descriptionLengthMax} characters.`)
  for (const [at, type] of endpoint.eventTypes.entries()) {
    if (!(eventTypes as readonly string[]).includes(type))
      say(`event_types[${at}]`, 'invalid', `One of ${eventTypes.join(', ')}.`)
  }
  if (endpoint.numberIds.length > numbersMax) say('number_ids', 'too_many', `At most ${numbersMax} numbers.`)
  if (endpoint.state !== 'enabled' && endpoint.state !== 'disabled')
    say('state', 'invalid', 'One of enabled, disabled.')
  if (fields.length > 0) throw appError('validation_failed', { fields })
}
