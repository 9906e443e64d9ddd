import type { numbersV1 } from '@palomar/contracts'
import { appError } from '@palomar/errors'
import type { Handler } from '@palomar/rpc'
import { sealedEntry } from '../app-snapshot.ts'
import { appBySlug } from '../db/apps.ts'
import { onPlatform } from '../db/scope.ts'
import type { Deps } from '../deps.ts'
import { isSlug } from '../domain/meta.ts'

type H = Handler<numbersV1.FindAppRequest, numbersV1.FindAppResponse>

/** NOT_FOUND is certain; Postgres being away is `unavailable` and says nothing (CONTRACTS 14). */
export const findApp =
  ({ db, vault }: Deps): H =>
  async ({ slug }) => {
    const row = isSlug(slug) ? await onPlatform(db, (orm) => appBySlug(orm, slug)) : undefined
    if (!row) throw appError('not_found')
    return { sealedEntry: Buffer.from(sealedEntry(vault, row)) }
  }
