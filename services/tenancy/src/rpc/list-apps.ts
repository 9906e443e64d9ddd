import type { numbersV1 } from '@palomar/contracts'
import type { Handler } from '@palomar/rpc'
import { type AppRow, appRows } from '../db/apps.ts'
import { onPlatform } from '../db/scope.ts'
import type { Deps } from '../deps.ts'
import { pageOf } from '../domain/cursor.ts'
import { appMessage } from '../domain/messages.ts'
import type { Vault } from '../vault.ts'
import { keyset } from './target.ts'

type H = Handler<numbersV1.ListAppsRequest, numbersV1.ListAppsResponse>

export const listApps =
  ({ db, vault }: Deps): H =>
  async ({ page }) => {
    const wanted = keyset(page)
    const shown = pageOf(await onPlatform(db, (orm) => appRows(orm, wanted)), wanted, (row) => row.id)
    return { apps: shown.rows.map((row) => shownApp(vault, row)), nextCursor: shown.nextCursor }
  }

export function shownApp(vault: Vault, row: AppRow): numbersV1.App {
  return appMessage(row, vault.openForApp(row.id, row.sealedVerifyToken))
}
