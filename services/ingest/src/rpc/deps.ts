import type { Db } from '@palomar/db'
import type { Archive } from '../archive.ts'
import type { Replayer } from '../replay.ts'

/** What the methods are given. */
export interface Deps {
  db: Db
  archive: Archive
  replayer: Replayer
}
