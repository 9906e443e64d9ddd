import { createPublicKey } from 'node:crypto'
import { graphError, graphJson } from '../graph/answer.ts'
import type { Call } from '../graph/call.ts'
import { paramsOf, textOf } from '../graph/params.ts'

/** GET /{phone-number-id}/whatsapp_business_encryption: the key that a Flow's data is encrypted under. */
export function getEncryption({ simulation, id }: Call): Response {
  const { publicKey } = simulation.world.stateOf(id)
  const shown = publicKey && {
    business_public_key: publicKey,
    business_public_key_signature_status: 'VALID',
  }
  return graphJson({ data: shown ? [shown] : [] })
}

/** POST /{phone-number-id}/whatsapp_business_encryption. Source: Meta, "WhatsApp Business Encryption": RSA, 2048 bits. */
export async function setEncryption(call: Call): Promise<Response> {
  const publicKey = textOf((await paramsOf(call)).business_public_key)
  if (!isKey(publicKey))
    return graphError({ code: 100, details: 'business_public_key must be an RSA key of 2048 bits as PEM' })
  call.simulation.world.stateOf(call.id).publicKey = publicKey
  return graphJson({ success: true })
}

function isKey(pem: string): boolean {
  try {
    const { asymmetricKeyType, asymmetricKeyDetails } = createPublicKey(pem)
    return asymmetricKeyType === 'rsa' && asymmetricKeyDetails?.modulusLength === 2048
  } catch {
    return false
  }
}
