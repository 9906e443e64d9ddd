/** What `bun run load` tells the scripts, and how long each journey lasts. Times are milliseconds. */
import { randomBytes } from 'k6/crypto'

export const settings = JSON.parse(open(__ENV.SETTINGS))

/** Distinct over all iterations of all virtual users. */
export function unique() {
  const bytes = new Uint8Array(randomBytes(8))
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}

/** So many iterations a second, whatever each takes: a system that slows down is not asked less. */
export function steadily(exec, perSecond, tags = {}) {
  return {
    executor: 'constant-arrival-rate',
    exec,
    rate: perSecond,
    timeUnit: '1s',
    duration: `${settings.seconds}s`,
    preAllocatedVUs: Math.max(4, perSecond * 2),
    maxVUs: Math.max(10, perSecond * 6),
    gracefulStop: '15s',
    tags: { journey: exec, ...tags },
  }
}
