import type { Db } from '../open-db.ts'
import type { Tx } from '../types.ts'

interface PlanNode {
  'Node Type': string
  'Index Name'?: string
  'Relation Name'?: string
  'Index Cond'?: string
  Filter?: string
  Plans?: PlanNode[]
  [more: string]: unknown
}

export interface Plan {
  /** Node types from the top down, such as `Limit`, `Index Scan`. */
  nodes: string[]
  indexes: string[]
  /** Tables read from end to end. */
  seqScans: string[]
  sorts: boolean
  root: PlanNode
}

/**
 * The plan of a statement under the runtime role and its policies, for tests that hold a list to its index. Give it
 * the statement unexecuted, the same one the code runs; fill and ANALYZE the tables first.
 */
export async function explain(db: Db, tenant: string, query: (tx: Tx) => unknown): Promise<Plan> {
  const rows = await db.forTenant(
    tenant,
    (tx) => tx<{ 'QUERY PLAN': { Plan: PlanNode }[] }[]>`explain (format json) ${query(tx) as never}`,
  )
  const root = rows[0]?.['QUERY PLAN'][0]?.Plan
  if (!root) throw new Error('explain returned no plan')
  const all = flatten(root)
  return {
    root,
    nodes: all.map((node) => node['Node Type']),
    indexes: all.flatMap((node) => node['Index Name'] ?? []),
    seqScans: all
      .filter((node) => node['Node Type'] === 'Seq Scan')
      .flatMap((node) => node['Relation Name'] ?? []),
    sorts: all.some((node) => /Sort/.test(node['Node Type'])),
  }
}

function flatten(node: PlanNode): PlanNode[] {
  return [node, ...(node.Plans ?? []).flatMap(flatten)]
}
