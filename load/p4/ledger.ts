import { idFromUuid } from '@palomar/contracts'
import type { Ledger } from '../benchmark.ts'
import { acceptedBy, messageIdIn, type Product } from '../p3/product.ts'

export interface Sends {
  /** Accepted by our API; the simulator said nothing of them afterwards. */
  silent: readonly string[]
  /** Accepted by our API, with three statuses each. */
  reported: readonly string[]
  /** Of those, whose `read` was on the socket. */
  seen: ReadonlySet<string>
}

const settleMs = 5_000

/** Accepted by us = accepted by Graph, each once = in the inbox under Graph's wamid, and read where it was reported. */
export async function checkSends(
  product: Product,
  { silent, reported, seen }: Sends,
): Promise<{ ledger: Ledger; figures: Record<string, number> }> {
  const end = performance.now() + settleMs
  let found = await look(product, silent, reported)
  while (found.unstored.length > 0 && performance.now() < end) {
    await Bun.sleep(500)
    found = await look(product, silent, reported)
  }
  const unseen = reported.filter((id) => !seen.has(id))
  const lost = new Set([...found.unsent, ...found.unstored, ...unseen]).size
  const sent = silent.length + reported.length
  return {
    ledger: { sent, stored: sent - found.unstored.length, lost, doubled: found.doubled },
    figures: {
      accepted_by_api_not_by_graph: found.unsent.length,
      accepted_not_settled_in_inbox: found.unstored.length,
      read_not_on_socket: unseen.length,
      sent_to_graph_twice: found.doubled,
    },
  }
}

async function look({ demo, sql }: Product, silent: readonly string[], reported: readonly string[]) {
  const wamids = new Map<string, string[]>()
  for (const line of await acceptedBy(demo)) {
    const id = messageIdIn(line)
    wamids.set(id, [...(wamids.get(id) ?? []), line.wamid])
  }
  const rows = await sql<{ id: string; wamid: string; state: string }[]>`
    select id, wamid, state from inbox.messages where direction = 'outbound' and conversation_id is not null`
  const stored = new Map(rows.map((row) => [idFromUuid('message', row.id) as string, row]))
  const isStored = (id: string) => wamids.get(id)?.includes(stored.get(id)?.wamid ?? '') ?? false
  return {
    unsent: [...silent, ...reported].filter((id) => !wamids.has(id)),
    unstored: [
      ...silent.filter((id) => !isStored(id)),
      ...reported.filter((id) => !isStored(id) || stored.get(id)?.state !== 'read'),
    ],
    doubled: [...wamids.values()].filter((sends) => sends.length > 1).length,
  }
}
