import { constants, createCipheriv, createDecipheriv, publicEncrypt, randomBytes } from 'node:crypto'
import { signPayload } from '@palomar/cloud-api'
import { ControlError } from '../control/control-error.ts'
import type { Simulation } from '../simulation.ts'
import type { PhoneNumber } from '../world/types.ts'
import type { Flow } from './flow.ts'

/** What a phone asks a business's endpoint while a Flow is open. */
export interface FlowQuestion {
  flowToken: string
  action: 'INIT' | 'data_exchange' | 'BACK' | 'ping'
  screen?: string | undefined
  data?: Record<string, unknown> | undefined
}

export type FlowAnswer = Record<string, unknown>

/** Source: Meta, "Implementing endpoint for Flows": the endpoint has ten seconds. */
const timeoutMs = 10_000
const keyBytes = 16
const tagBytes = 16
const problems: Readonly<Record<number, string>> = {
  421: 'the endpoint cannot decrypt: its key is another (421)',
  427: 'the Flow’s token is no longer valid (427)',
  432: 'the endpoint does not accept the signature (432)',
}

/**
 * A phone's question to the endpoint, encrypted under the number's key: AES-128-GCM, its key under RSA-OAEP with SHA-256, the
 * answer under the same key with every bit of the vector turned. Throws ControlError with what went wrong, in a sentence.
 */
export async function askEndpoint(
  { world }: Simulation,
  flow: Flow,
  number: PhoneNumber,
  { flowToken, action, screen, data }: FlowQuestion,
): Promise<FlowAnswer> {
  const { publicKey } = world.stateOf(number.id)
  if (flow.endpointUri === '') throw new ControlError('the Flow has no endpoint')
  if (!publicKey) throw new ControlError('the number has no public key')
  const [key, vector] = [randomBytes(keyBytes), randomBytes(keyBytes)]
  const question =
    action === 'ping'
      ? { version: '3.0', action }
      : { version: '3.0', action, screen, data, flow_token: flowToken }
  const rsa = { key: publicKey, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha256' }
  const body = JSON.stringify({
    encrypted_flow_data: encrypted(JSON.stringify(question), key, vector).toString('base64'),
    encrypted_aes_key: publicEncrypt(rsa, key).toString('base64'),
    initial_vector: vector.toString('base64'),
  })
  const { secret = '' } = world.apps.get(flow.appId) ?? {}
  const text = await posted(flow.endpointUri, body, signPayload(Buffer.from(body), secret))
  return decrypted(text, key, Buffer.from(vector.map((byte) => byte ^ 0xff)))
}

async function posted(url: string, body: string, signature: string): Promise<string> {
  const headers = { 'content-type': 'application/json', 'x-hub-signature-256': signature }
  const init = { method: 'POST', body, headers, signal: AbortSignal.timeout(timeoutMs) }
  const response = await fetch(url, init).catch((error: Error) => {
    throw new ControlError(`the endpoint could not be reached: ${error.name}`)
  })
  if (response.status === 200) return response.text()
  throw new ControlError(problems[response.status] ?? `the endpoint answered HTTP ${response.status}`)
}

function encrypted(text: string, key: Buffer, vector: Buffer): Buffer {
  const cipher = createCipheriv('aes-128-gcm', key, vector)
  return Buffer.concat([cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()])
}

function decrypted(base64: string, key: Buffer, vector: Buffer): FlowAnswer {
  const bytes = Buffer.from(base64, 'base64')
  try {
    const decipher = createDecipheriv('aes-128-gcm', key, vector)
    decipher.setAuthTag(bytes.subarray(-tagBytes))
    const text = Buffer.concat([decipher.update(bytes.subarray(0, -tagBytes)), decipher.final()]).toString(
      'utf8',
    )
    return JSON.parse(text) as FlowAnswer
  } catch {
    throw new ControlError('the endpoint’s answer is not encrypted as it must be')
  }
}
