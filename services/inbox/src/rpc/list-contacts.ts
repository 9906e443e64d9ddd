import type { inboxV1 } from '@palomar/contracts'
import type { Tx } from '@palomar/db'
import type { Handler } from '@palomar/rpc'
import {
  type ContactRow,
  contactsByName,
  contactsByPhone,
  findContacts,
  findIdentities,
} from '../db/contacts.ts'
import { decodeCursor, decodeUuidKeyCursor, encodeCursor, limitOf } from '../domain/cursor.ts'
import { foldName } from '../domain/people.ts'
import { contactOf } from '../domain/resources.ts'
import { type RpcDeps, tenantUuid } from './deps.ts'

interface Found {
  rows: ContactRow[]
  nextCursor: string
}

/** All by name; or those whose name, or whose phone when the query is digits, starts with the query. */
export function listContacts({
  db,
}: RpcDeps): Handler<inboxV1.ListContactsRequest, inboxV1.ListContactsResponse> {
  return async (request, call) => {
    const tenantId = tenantUuid(call)
    const limit = limitOf(request.page?.limit)
    const cursor = request.page?.cursor
    const digits = phoneDigits(request.query)
    return db.forTenant(
      tenantId,
      async (tx) => {
        const { rows, nextCursor } = digits
          ? await byPhone(tx, tenantId, digits, cursor, limit)
          : await byName(tx, tenantId, foldName(request.query), cursor, limit)
        const identities = await findIdentities(
          tx,
          rows.map((row) => ({ tenantId, id: row.id })),
        )
        const own = (row: ContactRow) => identities.filter((identity) => identity.contactId === row.id)
        return { contacts: rows.map((row) => contactOf(row, own(row))), nextCursor }
      },
      { readOnly: true },
    )
  }
}

async function byName(
  tx: Tx,
  tenantId: string,
  prefix: string,
  cursor: string | undefined,
  limit: number,
): Promise<Found> {
  const after = decodeUuidKeyCursor(cursor)
  const rows = await contactsByName(tx, tenantId, prefix, after && { name: after.text, id: after.id }, limit)
  const last = rows.length === limit ? rows.at(-1) : undefined
  return { rows, nextCursor: last ? encodeCursor([last.nameFolded, last.id]) : '' }
}

async function byPhone(
  tx: Tx,
  tenantId: string,
  digits: string,
  cursor: string | undefined,
  limit: number,
): Promise<Found> {
  const after = decodeCursor(cursor, 1)?.[0]
  const found = await contactsByPhone(tx, tenantId, digits, after, limit)
  const last = found.length === limit ? found.at(-1) : undefined
  // A person with two numbers that start alike is one row.
  const ids = [...new Set(found.map((one) => one.contactId))].map((id) => ({ tenantId, id }))
  const byId = new Map((await findContacts(tx, ids)).map((row) => [row.id, row]))
  return {
    rows: ids.flatMap(({ id }) => byId.get(id) ?? []),
    nextCursor: last ? encodeCursor([last.key]) : '',
  }
}

/** `+57 300`, `57300`: digits as people write them, three at least. */
function phoneDigits(query: string): string | undefined {
  if (!/^[+\d\s().-]+$/.test(query.trim())) return undefined
  const digits = query.replace(/\D/g, '')
  return digits.length >= 3 ? digits : undefined
}
