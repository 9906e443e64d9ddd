import { appError, type FieldError } from '@palomar/errors'
import type { z } from 'zod'

/** Errors listed at most: a body of a million wrong items must not answer with a million lines. */
const errorsMax = 50

/** The value as the schema says, or `validation_failed` with one entry per field (H4). */
export function validate<T extends z.ZodType>(schema: T, value: unknown): z.output<T> {
  const result = schema.safeParse(value)
  if (result.success) return result.data
  throw appError('validation_failed', { fields: fieldErrors(result.error.issues) })
}

export function fieldErrors(issues: readonly z.core.$ZodIssue[]): FieldError[] {
  return issues.flatMap(fieldError).slice(0, errorsMax)
}

function fieldError(issue: z.core.$ZodIssue): FieldError[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      path: pathOf([...issue.path, key]),
      code: 'unknown_field',
      detail: 'There is no such field.',
    }))
  }
  // Of the branches of a union the closest one is told: the one with the fewest complaints.
  if (issue.code === 'invalid_union') {
    const closest = [...issue.errors].sort((a, b) => a.length - b.length)[0] ?? []
    return closest.flatMap((inner) => fieldError({ ...inner, path: [...issue.path, ...inner.path] }))
  }
  const missing = issue.code === 'invalid_type' && issue.input === undefined
  return [
    {
      path: pathOf(issue.path),
      code: missing ? 'required' : issue.code,
      detail: missing ? 'This field is required.' : issue.message,
    },
  ]
}

/** `messages[0].text.body`; the body itself is `$`. */
export function pathOf(path: readonly PropertyKey[]): string {
  const text = path.reduce<string>((sofar, key) => {
    if (typeof key === 'number') return `${sofar}[${key}]`
    return sofar === '' ? String(key) : `${sofar}.${String(key)}`
  }, '')
  return text === '' ? '$' : text
}
