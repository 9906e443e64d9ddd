import { webhookBases } from '../http/webhook-paths.ts'

export const healthPath = '/webhooks/health'
/** The bare paths mean this app. */
export const defaultSlug = 'default'

/** As tenancy lets an app be called. */
const slugForm = /^[a-z0-9][a-z0-9-]{0,62}$/

/**
 * The app a webhook path names; undefined when it is no webhook path. A name that no app can have is kept as it is,
 * empty: it has to be answered like an unknown app.
 */
export function slugOf(path: string): string | undefined {
  for (const base of webhookBases) {
    if (!path.startsWith(base)) continue
    const rest = path.slice(base.length)
    if (rest === '' || rest === '/') return defaultSlug
    if (rest[0] !== '/') continue
    return slugForm.test(rest.slice(1)) ? rest.slice(1) : ''
  }
  return undefined
}
