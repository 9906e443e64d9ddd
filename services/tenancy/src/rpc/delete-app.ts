import type { numbersV1 } from '@palomar/contracts'
import { sqlState } from '@palomar/db'
import { appError } from '@palomar/errors'
import type { Handler } from '@palomar/rpc'
import { change } from '../change.ts'
import { deleteApp as deleteRow, lockApp } from '../db/apps.ts'
import type { Deps } from '../deps.ts'
import { platformTenant } from '../domain/platform.ts'
import { actorOf, uuidNamed } from './target.ts'

type H = Handler<numbersV1.DeleteAppRequest, numbersV1.DeleteAppResponse>

const foreignKeyViolation = '23503'

/** Refused while a number has it: that number's webhooks would be nobody's. */
export const deleteApp =
  ({ db, appSnapshot }: Deps): H =>
  async ({ id }, call) => {
    const appId = uuidNamed('app', id)
    try {
      await change(db, platformTenant, actorOf(call), async (made) => {
        const known = await lockApp(made.orm, appId)
        if (!known) throw appError('not_found')
        await deleteRow(made.orm, appId)
        made.audit({ action: 'app.deleted', entity: 'app', entityId: appId, metadata: { slug: known.slug } })
      })
    } catch (error) {
      if (sqlState(error) !== foreignKeyViolation) throw error
      throw appError('conflict', { detail: 'Numbers still use this app; remove them first.' })
    }
    await appSnapshot.refresh()
    return {}
  }
