type Given<T> = { [K in keyof T]?: T[K] | undefined }

/** The fields that were given and differ; undefined when there are none, and then nothing happened. */
export function changedFields<R, P extends Given<Pick<R, keyof P & keyof R>>>(
  row: R,
  given: P,
): { [K in keyof P]?: Exclude<P[K], undefined> } | undefined {
  const entries = Object.entries(given).filter(
    ([name, value]) => value !== undefined && value !== row[name as keyof R],
  )
  if (entries.length === 0) return undefined
  return Object.fromEntries(entries) as { [K in keyof P]?: Exclude<P[K], undefined> }
}
