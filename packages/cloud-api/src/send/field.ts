import { codePoints, isObject } from '../json.ts'
import type { LimitName } from '../limits/limits.ts'
import type { ProblemDetails, Report, Rule } from './report.ts'
import type { SendRules } from './rules.ts'

/**
 * A place in a caller's body. Its questions report what is wrong there and answer with the value when it is right, so
 * that a kind's rules read like its documentation. `null` counts as absent, as with Graph.
 */
export class Field {
  constructor(
    readonly value: unknown,
    readonly path: string,
    private readonly report: Report,
  ) {}

  get(key: string): Field {
    const value = isObject(this.value) && Object.hasOwn(this.value, key) ? this.value[key] : undefined
    return new Field(value, this.path === '' ? key : `${this.path}.${key}`, this.report)
  }

  get rules(): SendRules {
    return this.report.rules
  }

  get isAbsent(): boolean {
    return this.value === undefined || this.value === null
  }

  /** As Meta writes a path: `text['body']`. */
  get name(): string {
    const [first = '', ...rest] = this.path.split(/\.|(?=\[)/)
    return first + rest.map((part) => (part.startsWith('[') ? part : `['${part}']`)).join('')
  }

  refuse(rule: Rule, detail: string, more: ProblemDetails = {}): undefined {
    this.report.add(this.path, rule, detail, more)
    return undefined
  }

  missing(): undefined {
    return this.refuse('missing', `The parameter ${this.name} is required.`)
  }

  object(): Record<string, unknown> | undefined {
    if (this.isAbsent) return this.missing()
    if (isObject(this.value)) return this.value
    return this.refuse('wrong_type', `Param ${this.name} must be a JSON object.`)
  }

  array(limit?: LimitName): Field[] | undefined {
    if (this.isAbsent) return this.missing()
    if (!Array.isArray(this.value)) return this.refuse('wrong_type', `Param ${this.name} must be an array.`)
    const count = this.value.length
    if (limit) {
      const { min = 0, max, docs } = this.report.limit(limit)
      // The items of a list that is far too long are not looked at.
      if (count > max)
        return this.refuse('too_many', `Param ${this.name} must have at most ${max} items.`, {
          limit: max,
          docs,
        })
      if (count < min)
        return this.refuse('too_few', `Param ${this.name} must have at least ${min} items.`, {
          limit: min,
          docs,
        })
    }
    // Not map: it would leave a sparse list's holes as holes.
    return Array.from(this.value, (item, i) => new Field(item, `${this.path}[${i}]`, this.report))
  }

  text(limit: LimitName, tooLong: ProblemDetails = {}): string | undefined {
    if (this.isAbsent) return this.missing()
    if (typeof this.value !== 'string')
      return this.refuse('wrong_type', `Param ${this.name} must be a string.`)
    const { min = 0, max, docs } = this.report.limit(limit)
    const length = codePoints(this.value)
    if (length > max)
      return this.refuse('too_long', `Param ${this.name} must be at most ${max} characters long.`, {
        limit: max,
        docs,
        ...tooLong,
      })
    if (length < min) {
      // Meta takes an empty string for none.
      if (length === 0) return this.missing()
      return this.refuse('too_short', `Param ${this.name} must be at least ${min} characters long.`, {
        limit: min,
        docs,
      })
    }
    return this.value
  }

  /** Like {@link text}, for an id that callers also write as a number. */
  id(limit: LimitName): string | undefined {
    if (typeof this.value === 'number' && Number.isSafeInteger(this.value)) return String(this.value)
    return this.text(limit)
  }

  matching(limit: LimitName, pattern: RegExp, says: string): string | undefined {
    const text = this.text(limit)
    if (text === undefined || pattern.test(text)) return text
    return this.refuse('malformed', `Param ${this.name} ${says}.`)
  }

  oneOf<const T extends readonly string[]>(words: T): T[number] | undefined {
    if (this.isAbsent) return this.missing()
    if (typeof this.value === 'string' && words.includes(this.value)) return this.value
    const got = typeof this.value === 'string' ? ` - got "${this.value.slice(0, 40)}"` : ''
    return this.refuse('not_one_of', `Param ${this.name} must be one of {${words.join(', ')}}${got}.`)
  }

  boolean(): boolean | undefined {
    if (this.value === true || this.value === 'true') return true
    if (this.value === false || this.value === 'false') return false
    return this.isAbsent ? this.missing() : this.refuse('wrong_type', `Param ${this.name} must be a boolean.`)
  }

  /** A number, or its text, as Graph takes both. */
  number(limit?: LimitName, code?: number): number | undefined {
    if (this.isAbsent || this.value === '') return this.missing()
    const number = typeof this.value === 'string' ? Number(this.value) : this.value
    if (typeof number !== 'number' || !Number.isFinite(number))
      return this.refuse('wrong_type', `Param ${this.name} must be a number.`)
    if (limit) {
      const { min = Number.NEGATIVE_INFINITY, max, docs } = this.report.limit(limit)
      if (number < min || number > max)
        return this.refuse('out_of_range', `Param ${this.name} must be between ${min} and ${max}.`, {
          limit: number > max ? max : min,
          docs,
          ...(code === undefined ? {} : { code }),
        })
    }
    return number
  }

  integer(limit?: LimitName, code?: number): number | undefined {
    const number = this.number(limit, code)
    if (number === undefined || Number.isInteger(number)) return number
    return this.refuse('wrong_type', `Param ${this.name} must be an integer.`)
  }

  /** An http or https address; Meta must be able to fetch it, so anything without a host is refused. */
  url(limit: LimitName): string | undefined {
    const text = this.text(limit)
    if (text === undefined) return undefined
    if (/^https?:\/\/[^\s/?#]+/i.test(text) && URL.canParse(text)) return text
    return this.refuse('malformed', `Param ${this.name} must be a valid http or https URL.`)
  }

  forbidden(why: string, code?: number): void {
    if (this.isAbsent) return
    this.refuse(
      'not_allowed',
      `Param ${this.name} is not allowed ${why}.`,
      code === undefined ? {} : { code },
    )
  }

  /** For what is counted over several places: buttons of a kind, rows of all sections. */
  atMost(count: number, limit: LimitName, what: string): void {
    const { max, docs } = this.report.limit(limit)
    if (count > max)
      this.refuse('too_many', `Param ${this.name} must have at most ${max} ${what}.`, { limit: max, docs })
  }

  maxOf(limit: LimitName): number {
    return this.report.limit(limit).max
  }

  /** Runs `ask` when there is a value. */
  optional(ask: (field: this) => unknown): void {
    if (!this.isAbsent) ask(this)
  }
}
