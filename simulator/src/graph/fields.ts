/** What `?fields=` asks for: split at commas that stand outside parentheses. */
export function fieldsOf(text: string | null): string[] {
  return (text ?? '').match(/(?:[^,(]|\([^)]*\))+/g)?.map((field) => field.trim()) ?? []
}
