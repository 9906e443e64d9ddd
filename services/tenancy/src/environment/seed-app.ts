import { newId, type Uuid, uuidOf } from '@palomar/contracts'
import type { Change } from '../change.ts'
import { appBySlug, insertApp, updateApp } from '../db/apps.ts'
import { takeValue } from '../db/environment-values.ts'
import type { Deps } from '../deps.ts'
import { defaultSlug } from '../domain/meta.ts'
import { equalSecrets } from '../domain/secrets.ts'
import type { FirstCompany } from './variables.ts'

/** The app that the bare webhook path serves. A new secret joins the one in use, as with a rotation by hand. */
export async function seedApp(
  { vault }: Pick<Deps, 'vault'>,
  made: Change,
  wanted: Pick<FirstCompany, 'appSecret' | 'verifyToken'>,
  say: (text: string) => void,
): Promise<string> {
  const secretTaken = await takeValue(made.orm, 'WHATSAPP_APP_SECRET', wanted.appSecret)
  const tokenTaken = await takeValue(made.orm, 'WHATSAPP_WEBHOOK_VERIFY_TOKEN', wanted.verifyToken)
  const known = await appBySlug(made.orm, defaultSlug)
  if (!known) {
    const id = uuidOf(newId('app'))
    const row = await insertApp(made.orm, {
      id,
      name: 'Default',
      slug: defaultSlug,
      // Meta's id of the app is not among the variables, and nothing but people's eyes needs it.
      metaAppId: '',
      sealedSecret: vault.sealForApp(id, wanted.appSecret),
      sealedVerifyToken: vault.sealForApp(id, wanted.verifyToken),
    })
    if (!row) throw new Error('the default app was neither found nor made')
    made.audit({
      action: 'app.created',
      entity: 'app',
      entityId: id,
      metadata: { slug: defaultSlug, seeded: true },
    })
    say('the default app was made')
    return id
  }

  const id = known.id as Uuid
  const sameSecret = equalSecrets(vault.openForApp(id, known.sealedSecret), wanted.appSecret)
  const sameToken = equalSecrets(vault.openForApp(id, known.sealedVerifyToken), wanted.verifyToken)
  const newSecret = !sameSecret && secretTaken !== 'same'
  const newToken = !sameToken && tokenTaken !== 'same'
  if (newSecret || newToken) {
    await updateApp(made.orm, id, {
      ...(newSecret
        ? { sealedSecret: vault.sealForApp(id, wanted.appSecret), sealedPreviousSecret: known.sealedSecret }
        : {}),
      ...(newToken ? { sealedVerifyToken: vault.sealForApp(id, wanted.verifyToken) } : {}),
    })
    if (newSecret) made.audit({ action: 'app.secret_rotated', entity: 'app', entityId: id })
    if (newToken) made.audit({ action: 'app.verify_token_changed', entity: 'app', entityId: id })
    say(
      `the default app has a new ${newSecret ? (newToken ? 'secret and verify token' : 'secret') : 'verify token'}`,
    )
  }
  if (!sameSecret && !newSecret)
    say('the default app’s secret was changed since WHATSAPP_APP_SECRET was taken; it stays')
  if (!sameToken && !newToken)
    say('the default app’s verify token was changed since WHATSAPP_WEBHOOK_VERIFY_TOKEN was taken; it stays')
  return id
}
