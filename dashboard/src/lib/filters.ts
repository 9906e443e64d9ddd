import { goto } from '$app/navigation'
import { page } from '$app/state'

/** Filters live in the URL: a link or a reload shows the same list. Focus and scroll stay. */
export function setFilter(name: string, value: string): void {
  const url = new URL(page.url.href)
  if (value) url.searchParams.set(name, value)
  else url.searchParams.delete(name)
  void goto(url, { reset: false, replace: true })
}

export function filterOf(name: string): string {
  return page.url.searchParams.get(name) ?? ''
}

/** The filters among `names` that are set. */
export function filtersOf<K extends string>(names: readonly K[]): Record<K, string> {
  return Object.fromEntries(names.map((name) => [name, filterOf(name)])) as Record<K, string>
}
