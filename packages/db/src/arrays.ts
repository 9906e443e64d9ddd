import type postgres from 'postgres'

const oids = {
  uuid: 2951,
  text: 1009,
  int: 1007,
  bigint: 1016,
  bool: 1000,
  timestamptz: 1185,
  jsonb: 3807,
  bytea: 1001,
} as const

export type ArrayType = keyof typeof oids
type Element = string | number | bigint | boolean | Date | Uint8Array | null

/**
 * One typed array parameter for `unnest(${column(tx, 'uuid', ids)})`. postgres.js would guess the type from the
 * first element and guess wrong for dates, booleans and bytes. jsonb elements are JSON text.
 */
export function column(
  sql: { typed: (value: never, oid: number) => unknown },
  type: ArrayType,
  values: readonly Element[],
): postgres.Parameter<string> {
  return sql.typed(arrayLiteral(values) as never, oids[type]) as postgres.Parameter<string>
}

/** Postgres' text form of an array. Every element is quoted, so no value can end the array or become NULL. */
export function arrayLiteral(values: readonly Element[]): string {
  return `{${values.map((value) => (value === null ? 'NULL' : `"${escaped(text(value))}"`)).join(',')}}`
}

function text(value: Exclude<Element, null>): string {
  if (value instanceof Date) return value.toISOString()
  if (value instanceof Uint8Array) return `\\x${Buffer.from(value).toString('hex')}`
  return String(value)
}

function escaped(value: string): string {
  return value.replaceAll('\\', '\\\\').replaceAll('"', '\\"')
}
