import { randomBytes } from 'node:crypto'
import { appError } from '@palomar/errors'

/** OWASP's least for argon2id: 19 MiB, two passes, one lane (U6). Bun computes with one lane. */
const parameters = { algorithm: 'argon2id', memoryCost: 19_456, timeCost: 2 } as const

export const passwordLengthMin = 8
/** Bounds what one attempt hashes. */
export const passwordLengthMax = 256

/** Each takes a core for some 20 ms and 19 MiB; more at once only makes all of them later. */
const limitsDefault = { atOnceMax: 2, waitingMax: 64 }

export interface Passwords {
  hash(password: string): Promise<string>
  /**
   * Whether the password is the one hashed. Without a hash (nobody has this address) it takes the same work and says
   * no, so that an answer's time does not tell which addresses exist.
   */
  verify(password: string, hash: string | undefined): Promise<boolean>
  /** A hash that no password opens, for who has none yet. */
  unusable(): Promise<string>
}

export async function createPasswords(limits = limitsDefault): Promise<Passwords> {
  const turn = createTurns(limits)
  const hash = (password: string) => turn(() => Bun.password.hash(password, parameters))
  const unusable = () => hash(randomBytes(32).toString('base64'))
  const nobodys = await unusable()
  return {
    hash,
    unusable,
    async verify(password, known) {
      const matches = await turn(() => Bun.password.verify(password, known ?? nobodys))
      return matches && known !== undefined
    },
  }
}

/** At most `atOnceMax` at work; who finds the queue full is told to come back. */
function createTurns({ atOnceMax, waitingMax }: typeof limitsDefault) {
  let running = 0
  const waiting: (() => void)[] = []
  return async <T>(work: () => Promise<T>): Promise<T> => {
    if (running >= atOnceMax) {
      if (waiting.length >= waitingMax) {
        throw appError('unavailable', { internal: 'too many passwords to check at once' })
      }
      await new Promise<void>((resolve) => waiting.push(resolve))
    } else running++
    try {
      return await work()
    } finally {
      const next = waiting.shift()
      if (next) next()
      else running--
    }
  }
}
