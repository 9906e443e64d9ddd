/**
 * A client's place in the stream: `<epoch>:<sequence>`, sealed for its company so that nobody reads the platform's
 * traffic out of it or carries it elsewhere.
 */
import { type Keyring, openText, seal } from '@palomar/seal'

export interface Place {
  epoch: string
  seq: number
}

export interface Cursors {
  write(tenantId: string, place: Place): string
  /** Undefined for anything that we did not seal for this company. */
  read(tenantId: string, text: string): Place | undefined
}

const lengthMax = 256
const placeOf = (tenantId: string) => `gateway live cursor ${tenantId}`

export function createCursors(key: Keyring): Cursors {
  return {
    write: (tenantId, { epoch, seq }) =>
      Buffer.from(seal(key, `${epoch}:${seq}`, placeOf(tenantId))).toString('base64url'),
    read(tenantId, text) {
      if (text.length > lengthMax) return undefined
      try {
        const plain = openText(key, Buffer.from(text, 'base64url'), placeOf(tenantId))
        const [, epoch, seq] = /^([^:]+):(\d{1,16})$/.exec(plain) ?? []
        return epoch === undefined || seq === undefined ? undefined : { epoch, seq: Number(seq) }
      } catch {
        return undefined
      }
    },
  }
}
