import type { dispatcherV1 } from '@palomar/contracts'
import type { Logger } from '@palomar/runtime'
import type { Credentials } from './tenancy/credentials.ts'

export type Template = dispatcherV1.Template

/** Whose templates: a number, with the WABA that owns them. */
export interface TemplateOwner {
  tenant_id: string
  id: string
  waba_id: string
  graph_version: string
  token_version: bigint
}

export interface TemplateApi {
  listTemplates(request: { wabaId: string; token: string; version: string }): Promise<Template[]>
}

/** Lists are shown to people who may just have created a template at Meta. */
const freshMs = 30_000
/** A category decides the order of sending, not whether; an old one is good enough. */
const wabasMax = 5_000

export interface TemplateCategories {
  /** The category if it is known already; asks for it in the background otherwise. */
  peek(owner: TemplateOwner, name: string, language: string): string | undefined
}

/** Templates of a WABA, read through Graph with a short cache. */
export function createTemplates(options: {
  api: TemplateApi
  credentials: Credentials
  graphVersion: string
  logger: Logger
  now: () => number
}) {
  const { api, credentials, logger, now } = options
  const cache = new Map<string, { at: number; templates: Template[] }>()
  const underway = new Map<string, Promise<Template[]>>()
  const lastAsked = new Map<string, number>()
  const keyOf = (owner: TemplateOwner) => `${owner.tenant_id}/${owner.waba_id}`

  async function fetch(owner: TemplateOwner): Promise<Template[]> {
    const { token } = await credentials.get(owner.tenant_id, owner.id, owner.token_version)
    const version = owner.graph_version || options.graphVersion
    const templates = await api.listTemplates({ wabaId: owner.waba_id, token, version })
    if (cache.size >= wabasMax) cache.delete(cache.keys().next().value ?? '')
    cache.set(keyOf(owner), { at: now(), templates })
    return templates
  }

  function list(owner: TemplateOwner): Promise<Template[]> {
    const key = keyOf(owner)
    const known = cache.get(key)
    if (known && now() - known.at < freshMs) return Promise.resolve(known.templates)
    const asking = underway.get(key) ?? fetch(owner).finally(() => underway.delete(key))
    underway.set(key, asking)
    return asking
  }

  const categories: TemplateCategories = {
    peek(owner, name, language) {
      const key = keyOf(owner)
      const known = cache.get(key)
      // Not with every message: a list that cannot be read is asked for again only after a while.
      if ((!known || now() - known.at > freshMs) && now() - (lastAsked.get(key) ?? 0) > freshMs) {
        lastAsked.set(key, now())
        list(owner).catch((error: unknown) =>
          logger.debug('template categories not read', { waba_id: owner.waba_id, error }),
        )
      }
      return known?.templates.find((template) => template.name === name && template.language === language)
        ?.category
    },
  }

  return { list, categories }
}
