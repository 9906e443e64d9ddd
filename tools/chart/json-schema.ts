import Ajv from 'ajv'

/** What a JSON schema (draft 7) has against a value, one line each; formats are not looked at. */
export function problemsBySchema(schema: object, value: unknown): string[] {
  const { $schema: _draft, ...rest } = schema as { $schema?: string }
  const validate = new Ajv({ strict: false, allErrors: true, validateFormats: false }).compile(rest)
  if (validate(value)) return []
  return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath || '/'} ${message}`)
}
