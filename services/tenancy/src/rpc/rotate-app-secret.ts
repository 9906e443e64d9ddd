import type { numbersV1 } from '@palomar/contracts'
import { appError } from '@palomar/errors'
import type { Handler } from '@palomar/rpc'
import { change } from '../change.ts'
import { lockApp, updateApp } from '../db/apps.ts'
import type { Deps } from '../deps.ts'
import { Checks } from '../domain/checks.ts'
import { isAppSecret } from '../domain/meta.ts'
import { platformTenant } from '../domain/platform.ts'
import { equalSecrets } from '../domain/secrets.ts'
import { shownApp } from './list-apps.ts'
import { actorOf, uuidNamed } from './target.ts'

type H = Handler<numbersV1.RotateAppSecretRequest, numbersV1.App>

/** The new secret joins the one in use; the one before that is retired. The same again changes nothing (a retry). */
export const rotateAppSecret =
  ({ db, vault, appSnapshot }: Deps): H =>
  async ({ id, appSecret }, call) => {
    const appId = uuidNamed('app', id)
    new Checks()
      .that(isAppSecret(appSecret), 'app_secret', 'invalid', 'The app secret from Meta’s panel.')
      .done()
    const row = await change(db, platformTenant, actorOf(call), async (made) => {
      const known = await lockApp(made.orm, appId)
      if (!known) throw appError('not_found')
      // Were a retry to rotate again, both active secrets would be the new one and the old would stop working.
      if (equalSecrets(vault.openForApp(appId, known.sealedSecret), appSecret)) return known
      made.audit({ action: 'app.secret_rotated', entity: 'app', entityId: appId })
      return updateApp(made.orm, appId, {
        sealedSecret: vault.sealForApp(appId, appSecret),
        sealedPreviousSecret: known.sealedSecret,
      })
    })
    await appSnapshot.refresh()
    return shownApp(vault, row)
  }
