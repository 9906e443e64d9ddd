import { newId, type numbersV1, uuidOf } from '@palomar/contracts'
import { appError } from '@palomar/errors'
import type { Handler } from '@palomar/rpc'
import { change } from '../change.ts'
import { insertApp } from '../db/apps.ts'
import type { Deps } from '../deps.ts'
import { Checks } from '../domain/checks.ts'
import { isAppSecret, isMetaId, isSlug, isVerifyToken } from '../domain/meta.ts'
import { platformTenant } from '../domain/platform.ts'
import { newSecret } from '../domain/secrets.ts'
import { shownApp } from './list-apps.ts'
import { actorOf } from './target.ts'

type H = Handler<numbersV1.CreateAppRequest, numbersV1.App>

/** Apps belong to the platform, so their audit entries do. The gateway knows the app when this answers, or in a minute. */
export const createApp =
  ({ db, vault, appSnapshot }: Deps): H =>
  async (request, call) => {
    const { slug, metaAppId, appSecret } = request
    const name = request.name.trim()
    const verifyToken = request.verifyToken || newSecret('verifyToken')
    new Checks()
      .name(name)
      .that(
        isSlug(slug),
        'slug',
        'invalid',
        'Small letters, digits and dashes, at most 63; default for the bare path.',
      )
      .that(isMetaId(metaAppId), 'meta_app_id', 'invalid', 'Meta’s app id: digits only.')
      .that(isAppSecret(appSecret), 'app_secret', 'invalid', 'The app secret from Meta’s panel.')
      .that(isVerifyToken(verifyToken), 'verify_token', 'invalid', 'At most 256 visible characters.')
      .done()

    const row = await change(db, platformTenant, actorOf(call), async (made) => {
      const id = uuidOf(newId('app'))
      const inserted = await insertApp(made.orm, {
        id,
        name,
        slug,
        metaAppId,
        sealedSecret: vault.sealForApp(id, appSecret),
        sealedVerifyToken: vault.sealForApp(id, verifyToken),
      })
      if (!inserted) {
        throw appError('already_exists', { detail: 'Another app has this slug or this Meta app id.' })
      }
      made.audit({
        action: 'app.created',
        entity: 'app',
        entityId: id,
        metadata: { slug, meta_app_id: metaAppId },
      })
      return inserted
    })
    await appSnapshot.refresh()
    return shownApp(vault, row)
  }
