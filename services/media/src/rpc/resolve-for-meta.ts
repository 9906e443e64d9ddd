import { type mediaV1, parseId, uuidOf } from '@palomar/contracts'
import type { Handler } from '@palomar/rpc'
import type { UploadKey } from '../db/meta-uploads.ts'
import { invalid, type RpcDeps } from './deps.ts'

const questionsMax = 1_000
/** The answer leaves before the caller's deadline. */
const answerMs = 300

/** Upload once, ask as often as one likes. What cannot be an id is answered as one that is not there. */
export function resolveForMeta({
  resolve,
  clock,
}: RpcDeps): Handler<mediaV1.ResolveForMetaRequest, mediaV1.ResolveForMetaResponse> {
  return async ({ questions, waitMs }, call) => {
    if (questions.length > questionsMax) throw invalid('questions', `At most ${questionsMax} questions.`)
    const keys = questions.map(keyOf)
    const known = keys.filter((key) => key !== undefined)
    const leftMs = call.deadline.getTime() - clock.now() - answerMs
    const answers = await resolve(known, Math.max(0, Math.min(waitMs, leftMs)))
    let at = 0
    return {
      answers: keys.map((key) => {
        const answer = key && answers[at++]
        return {
          metaMediaId: answer?.metaMediaId ?? '',
          refusalCode: answer ? answer.refusalCode : 'not_found',
          detail: answer?.detail ?? '',
        }
      }),
    }
  }
}

function keyOf(question: mediaV1.ResolveForMetaRequest_Question): UploadKey | undefined {
  const tenantId = parseId('tenant', question.tenantId)
  const mediaId = parseId('media', question.mediaId)
  const numberId = parseId('number', question.numberId)
  if (!tenantId || !mediaId || !numberId) return undefined
  return { tenantId: uuidOf(tenantId), mediaId: uuidOf(mediaId), numberId: uuidOf(numberId) }
}
