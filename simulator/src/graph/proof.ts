import { createHmac } from 'node:crypto'
import type { App } from '../world/types.ts'
import type { GraphFailure } from './answer.ts'

/** A proof with a time is good for so long. */
const proofSeconds = 300

/**
 * `appsecret_proof`: HMAC-SHA256 of the token under the app's secret. A wrong one is always refused, none only when the app
 * asks for it. Source: Meta, "Secure Graph API calls".
 */
export function proofRefusal(
  app: App | undefined,
  token: string,
  query: URLSearchParams,
  nowMs: number,
): GraphFailure | undefined {
  const given = query.get('appsecret_proof')
  const time = query.get('appsecret_time')
  if (!app || (given === null && !app.requiresProof)) return undefined
  const refusal = (title: string): GraphFailure => ({ code: 100, type: 'GraphMethodException', title })
  if (given === null) return refusal('API calls from the server require an appsecret_proof argument')
  const isInTime = time === null || Math.abs(nowMs / 1_000 - Number(time)) <= proofSeconds
  const message = time === null ? token : `${token}|${time}`
  const right = createHmac('sha256', app.secret).update(message).digest('hex')
  return isInTime && given === right
    ? undefined
    : refusal('Invalid appsecret_proof provided in the API argument')
}
