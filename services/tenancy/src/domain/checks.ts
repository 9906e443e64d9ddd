import { appError, type FieldError } from '@palomar/errors'

/** Collects what is wrong with a request, so that the caller reads all of it at once (H4). */
export class Checks {
  readonly #fields: FieldError[] = []

  /** `path` as the REST API spells it; `detail` is read by the tenant. */
  that(ok: boolean, path: string, code: string, detail: string): this {
    if (!ok) this.#fields.push({ path, code, detail })
    return this
  }

  name(value: string, path = 'name'): this {
    const length = value.trim().length
    return this.that(length > 0, path, 'required', 'Give it a name.').that(
      length <= 120,
      path,
      'too_long',
      'At most 120 characters.',
    )
  }

  /** Throws `validation_failed` when anything was wrong. */
  done(): void {
    if (this.#fields.length > 0) throw appError('validation_failed', { fields: this.#fields })
  }
}
