import { verifyCallback } from '../delivery/handshake.ts'
import type { Simulation } from '../simulation.ts'
import type { App } from '../world/types.ts'
import { ControlError } from './control-error.ts'

export interface AppChange {
  webhookUrl?: string
  /** The one before is kept, for what is still signed with it. */
  secret?: string
  verifyToken?: string
  /** Takes the callback without Meta's handshake. */
  trust?: boolean
  /** In development Meta holds back messages and all that people do. */
  inDevelopment?: boolean
  /** Its tokens need an `appsecret_proof`. */
  requireProof?: boolean
  /** The major version of its webhooks. */
  version?: number
}

export function appOf({ world }: Simulation, idOrSlug: string): App {
  const app = [...world.apps.values()].find(({ id, slug }) => id === idOrSlug || slug === idOrSlug)
  if (!app) throw new ControlError(`no app is called ${idOrSlug}`)
  return app
}

/** Changes an app; its callback is asked first. */
export async function changeApp(simulation: Simulation, idOrSlug: string, change: AppChange): Promise<void> {
  const app = appOf(simulation, idOrSlug)
  const { webhookUrl, secret, verifyToken, trust = false, inDevelopment, requireProof, version } = change
  if (secret !== undefined && secret !== app.secret) {
    app.previousSecret = app.secret
    app.secret = secret
  }
  if (verifyToken !== undefined) app.verifyToken = verifyToken
  if (inDevelopment !== undefined) app.isInDevelopment = inDevelopment
  if (requireProof !== undefined) app.requiresProof = requireProof
  if (version !== undefined) app.version = version
  if (webhookUrl === undefined) return
  if (webhookUrl !== '' && !URL.canParse(webhookUrl)) throw new ControlError('webhook_url must be a URL')
  if (webhookUrl !== '' && !trust) {
    const problem = await verifyCallback(app, webhookUrl, simulation.challenge())
    if (problem) throw new ControlError(problem)
  }
  app.webhookUrl = webhookUrl
}
