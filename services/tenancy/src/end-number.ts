import type { Change } from './change.ts'
import { releaseMetaId } from './db/meta-ids.ts'
import { buryNumber, type NumberRow } from './db/numbers.ts'

/** Its token goes, its phone_number_id is free, and its end is an event: lanes and routes close by it. */
export async function endNumber(made: Change, row: NumberRow): Promise<void> {
  await buryNumber(made, row.id)
  await releaseMetaId(made, 'phone_number', row.id)
  made.numberChanged({ ...row, state: 'deleted', appIds: [], version: row.version + 1n, updatedAt: made.at })
}
