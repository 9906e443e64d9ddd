interface Page<T> {
  items: T[]
  paging: { cursors: { before: string; after: string } }
}

const limitDefault = 25

/** A page of a list by `limit`, `after` and `before`; undefined when a cursor is none of ours. */
export function pageOf<T>(all: readonly T[], url: URL, limitMax: number): Page<T> | undefined {
  const limit = Math.min(Math.max(Number(url.searchParams.get('limit')) || limitDefault, 1), limitMax)
  const after = placeOf(url.searchParams.get('after'))
  const before = placeOf(url.searchParams.get('before'))
  if (after === undefined || before === undefined) return undefined
  const start = before === null ? (after ?? 0) : Math.max(0, before - limit)
  const end = before === null ? start + limit : before
  const items = all.slice(start, end)
  return {
    items,
    paging: { cursors: { before: btoa(`g${start}`), after: btoa(`g${start + items.length}`) } },
  }
}

/** null: no cursor. */
function placeOf(cursor: string | null): number | null | undefined {
  if (cursor === null || cursor === '') return null
  try {
    const text = atob(cursor)
    return /^g\d{1,9}$/.test(text) ? Number(text.slice(1)) : undefined
  } catch {
    return undefined
  }
}
