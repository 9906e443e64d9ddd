import { errorPolicy, type GraphAnswer, titleOf } from '@palomar/cloud-api'
import type { dispatcherV1 } from '@palomar/contracts'

type Check = Omit<dispatcherV1.NumberCheck, 'checkedAt' | 'durationMs'>

/** What is asked of a number; all of it is on the node. */
export const checkedFields = [
  'display_phone_number',
  'verified_name',
  'quality_rating',
  'throughput',
  'whatsapp_business_manager_messaging_limit',
  'health_status',
] as const

const nothing: Check = {
  verdict: 'unreachable',
  displayPhoneNumber: '',
  verifiedName: '',
  qualityRating: '',
  messagingLimit: '',
  throughputLevel: '',
  canSendMessage: '',
  problems: [],
  graphVersion: '',
}

/** Graph's answer as a verdict, with what to do about each problem. */
export function checkOf(answer: GraphAnswer<Record<string, unknown>>): Check {
  if (answer.kind === 'ok') return ofNode(answer.value, answer.usage?.version ?? '')
  if (answer.kind !== 'error')
    return { ...nothing, problems: [{ code: 0, title: 'Graph did not answer', advice: answer.reason }] }
  const { code, subcode } = answer.error
  const policy = errorPolicy(code)
  return {
    ...nothing,
    verdict:
      code === 100 && subcode === 33 ? 'not_found' : policy.class === 'token' ? 'token_invalid' : 'refused',
    graphVersion: answer.usage?.version ?? '',
    problems: [{ code, title: answer.error.title || titleOf(code), advice: policy.advice.en }],
  }
}

function ofNode(node: Record<string, unknown>, graphVersion: string): Check {
  const health = objectOf(node.health_status)
  const canSendMessage = textOf(health.can_send_message)
  return {
    verdict: canSendMessage === 'BLOCKED' ? 'blocked' : canSendMessage === 'LIMITED' ? 'limited' : 'ok',
    displayPhoneNumber: textOf(node.display_phone_number),
    verifiedName: textOf(node.verified_name),
    qualityRating: textOf(node.quality_rating),
    messagingLimit: textOf(node.whatsapp_business_manager_messaging_limit),
    throughputLevel: textOf(objectOf(node.throughput).level),
    canSendMessage,
    problems: listOf(health.entities).flatMap((entity) =>
      listOf(entity.errors).map((error) => ({
        code: Number(error.error_code) || 0,
        title: textOf(error.error_description),
        advice: textOf(error.possible_solution),
      })),
    ),
    graphVersion,
  }
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '')
const objectOf = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
const listOf = (value: unknown) => (Array.isArray(value) ? value.map(objectOf) : [])
