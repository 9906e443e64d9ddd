import type { inboxV1 } from '@palomar/contracts'
import type { Handler } from '@palomar/rpc'
import { windowsOf } from '../db/windows.ts'
import { filterId, invalid, type RpcDeps } from './deps.ts'

/** One request of the dispatcher asks for this many at most. */
const questionsMax = 1_000

/** For services only: the tenants are in the questions, and exactly these are set. */
export function checkWindows({
  db,
}: RpcDeps): Handler<inboxV1.CheckWindowsRequest, inboxV1.CheckWindowsResponse> {
  return async ({ questions }) => {
    if (questions.length === 0) return { answers: [] }
    if (questions.length > questionsMax) throw invalid('questions', `At most ${questionsMax} questions.`)
    const asked = questions.map((question) => {
      const tenantId = filterId('tenant', question.tenantId, 'tenant_id')
      const numberId = filterId('number', question.numberId, 'number_id')
      if (!tenantId || !numberId) throw invalid('questions', 'Each question names a tenant and a number.')
      return { tenantId, numberId, recipientKey: question.recipientKey }
    })
    const tenants = new Set(asked.map((question) => question.tenantId))
    const ends = await db.forTenants(tenants, (tx) => windowsOf(tx, asked), { readOnly: true })
    return { answers: ends.map((end) => ({ expiresAt: end ?? undefined })) }
  }
}
