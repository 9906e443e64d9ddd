import { isBsuid } from '@palomar/cloud-api'
import type { Tx } from '@palomar/db'
import type { MessagePerson } from '../domain/facts.ts'
import { addressee } from '../domain/person.ts'
import { findContacts, findIdentities } from './contacts.ts'
import type { MessageRow } from './message-row.ts'

/** Who sent or gets these messages, as we know them now. */
export async function peopleOf(
  tx: Tx,
  rows: readonly MessageRow[],
): Promise<{ of(row: MessageRow): MessagePerson }> {
  const ids = [
    ...new Map(
      rows.flatMap(({ tenantId, contactId }) =>
        contactId ? [[contactId, { tenantId, id: contactId }] as const] : [],
      ),
    ).values(),
  ]
  const [contacts, identities] =
    ids.length > 0 ? await Promise.all([findContacts(tx, ids), findIdentities(tx, ids)]) : [[], []]
  const byId = new Map(contacts.map((contact) => [contact.id, contact]))
  const userIds = new Map(
    identities.filter(({ value }) => isBsuid(value)).map((one) => [one.contactId, one.value]),
  )
  return {
    of(row) {
      const contact = byId.get(row.contactId ?? '')
      const name = contact?.name ?? ''
      if (row.direction === 'outbound') return { ...addressee(row.recipient), name }
      return { waId: contact?.waId ?? '', userId: userIds.get(row.contactId ?? '') ?? '', name }
    },
  }
}
