/** Where a test may let the process die, as a power cut would. */
export const failpointNames = [
  'before-decision-commit',
  'after-decision-commit',
  'after-answer-claim',
  'after-accept',
  'after-answer-commit',
  'after-delivery-claim',
  'after-request',
  'after-delivery-commit',
] as const
export type FailpointName = (typeof failpointNames)[number]
export type Failpoint = (name: FailpointName) => void

/** Dies at the named point without a word: no handler, no flush. Undefined: never. */
export function createFailpoint(armed: FailpointName | undefined): Failpoint {
  return (name) => {
    if (name === armed) process.kill(process.pid, 'SIGKILL')
  }
}
