const year3000 = 32_503_680_000

/** Unix seconds, as text or number. Milliseconds, which no field is known to have, are recognised by their size. */
export function timeOf(value: string | number): Date | undefined {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value
  if (typeof number !== 'number' || !(number > 0)) return undefined
  const ms = number > year3000 ? number : number * 1000
  return ms < year3000 * 1000 ? new Date(ms) : undefined
}
