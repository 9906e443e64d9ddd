/** What the dispatcher does about an error; see domain/policy.ts. */
export type ErrorClass = 'retry' | 'slow-number' | 'slow-pair' | 'defer' | 'pause-number' | 'token' | 'fail'

/** TEMPORARY until cloud-api's catalogue is there. */
export function errorClassOf(code: number): ErrorClass {
  if (code === 131000 || code === 131016 || code === 1 || code === 2) return 'retry'
  if (code === 130429 || code === 4 || code === 80007) return 'slow-number'
  if (code === 131056) return 'slow-pair'
  if (code === 131049) return 'defer'
  if (code === 190 || code === 10 || code === 0) return 'token'
  if (code === 131031 || code === 368 || code === 133010) return 'pause-number'
  return 'fail'
}
