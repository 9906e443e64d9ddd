/** `key: value` when there is one, for objects whose absent fields stay absent. Text that says nothing is none. */
export function given<K extends string, V>(key: K, value: V | undefined): { [P in K]?: V } {
  return value === undefined || value === '' ? {} : ({ [key]: value } as { [P in K]: V })
}

/** An object that holds something: `{}` says the same as nothing. */
export const filled = <T extends object>(value: T | undefined): T | undefined =>
  value !== undefined && Object.keys(value).length > 0 ? value : undefined
