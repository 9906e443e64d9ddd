/**
 * Where a test may let the process die, as a power cut would. In the order of a send; see lanes/media-gate.ts and
 * lanes/send.ts for what each death leaves behind.
 */
export const failpointNames = [
  'after-files-answer',
  'before-attempt-commit',
  'after-attempt-commit',
  'after-call',
  'after-result-commit',
] as const
export type FailpointName = (typeof failpointNames)[number]
export type Failpoint = (name: FailpointName) => void

/** Dies at the named point without a word: no handler, no flush. Undefined: never. */
export function createFailpoint(armed: FailpointName | undefined): Failpoint {
  return (name) => {
    if (name === armed) process.kill(process.pid, 'SIGKILL')
  }
}
