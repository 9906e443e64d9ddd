import type { Child } from './child.ts'

/** A data store that is ready, ours or the operator's. */
export interface Server {
  url: string
  port: number
  /** Undefined when the environment named it: then it is not ours to stop. */
  child: Child | undefined
  stop(): Promise<void>
  /** One line for the status table: what it is and where its data lies. */
  says: string
}
