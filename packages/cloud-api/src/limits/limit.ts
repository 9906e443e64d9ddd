/**
 * One bound of something that we send. `certain: false` marks those that Meta's own pages do not state, or state differently in
 * two places: there the wider one stands here, so that Meta says no rather than we. All of them can be set otherwise per
 * call (`SendRules.limits`).
 */
export interface Limit {
  min?: number
  max: number
  /** Characters are Unicode code points: no source says which unit Meta counts, and this is the milder reading. */
  unit: 'characters' | 'items' | 'minutes' | 'seconds' | 'degrees' | 'bytes'
  certain?: false
  /** Meta's page that documents it. */
  docs: string
}

/** Rows of one page of Meta's. */
export function page(docs: string) {
  return {
    characters: (max: number, min = 1): Limit => ({ min, max, unit: 'characters', docs }),
    items: (max: number, min = 1): Limit => ({ min, max, unit: 'items', docs }),
    bytes: (max: number): Limit => ({ min: 1, max, unit: 'bytes', docs }),
    between: (min: number, max: number, unit: Limit['unit']): Limit => ({ min, max, unit, docs }),
  }
}

export const unsure = (limit: Limit): Limit => ({ ...limit, certain: false })
