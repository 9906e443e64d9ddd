import { createBatcher, type Db } from '@palomar/db'
import {
  type NumberCopy,
  type NumberQuestion,
  readNumbers,
  readWindows,
  type WindowQuestion,
} from '../db/sending-state.ts'

export interface StateQuestion {
  tenantId: string
  numberIds: readonly string[]
  windows: readonly WindowQuestion[]
}
export interface StateAnswer {
  numbers: Map<string, NumberCopy>
  /** In the order of the questions. */
  windows: (Date | null)[]
}

/** Reads what the dispatcher knows for many requests in one transaction. */
export function createStateReader(db: Db) {
  let next = 0
  const batcher = createBatcher<StateQuestion & { serial: number }, StateAnswer>({
    name: 'sending state',
    // Reads exclude nobody: each question has a key of its own.
    key: (question) => String(question.serial),
    run: (questions) =>
      db.forTenants(
        new Set(questions.map((question) => question.tenantId)),
        async (tx) => {
          const asked = new Map<string, NumberQuestion>()
          for (const { tenantId, numberIds } of questions) {
            for (const numberId of numberIds) asked.set(`${tenantId}/${numberId}`, { tenantId, numberId })
          }
          const [numbers, windows] = await Promise.all([
            readNumbers(tx, [...asked.values()]),
            readWindows(
              tx,
              questions.flatMap((question) => question.windows),
            ),
          ])
          let at = 0
          return questions.map(({ tenantId, windows: own }) => {
            const mine = numbers.filter((number) => number.tenant_id === tenantId)
            at += own.length
            return {
              numbers: new Map(mine.map((number) => [number.id, number])),
              windows: windows.slice(at - own.length, at),
            }
          })
        },
        { readOnly: true },
      ),
    maxItems: 200,
    maxInFlight: 2,
  })
  return (question: StateQuestion) => batcher.add({ ...question, serial: next++ })
}

export type StateReader = ReturnType<typeof createStateReader>
