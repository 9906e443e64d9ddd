import type { TemplateDefinition } from '@palomar/cloud-api'
import type { Logger } from '@palomar/runtime'
import type { Credentials } from './tenancy/credentials.ts'

/** Whose templates: a number, with the WABA that owns them. */
export interface TemplateOwner {
  tenant_id: string
  id: string
  waba_id: string
  graph_version: string
  token_version: bigint
}

export interface TemplateApi {
  listTemplates(request: { wabaId: string; token: string; version: string }): Promise<TemplateDefinition[]>
}

/** Lists are shown to people who may just have created a template at Meta. */
const freshMs = 30_000
/** Someone who asks for what Meta has right now gets it at most this often per account. */
const freshestMs = 3_000
/** A list that is older says nothing about whether a template may be sent. */
const trustedMs = 5 * 60_000
const wabasMax = 5_000

export interface KnownTemplates {
  /** The template, if it is known already; the list is asked for in the background when it is not fresh. */
  peek(owner: TemplateOwner, name: string, language: string): TemplateDefinition | undefined
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
  const cache = new Map<string, { at: number; templates: TemplateDefinition[] }>()
  const underway = new Map<string, Promise<TemplateDefinition[]>>()
  const lastAsked = new Map<string, number>()
  const keyOf = (owner: TemplateOwner) => `${owner.tenant_id}/${owner.waba_id}`

  async function fetch(owner: TemplateOwner): Promise<TemplateDefinition[]> {
    const { token } = await credentials.get(owner.tenant_id, owner.id, owner.token_version)
    const version = owner.graph_version || options.graphVersion
    const templates = await api.listTemplates({ wabaId: owner.waba_id, token, version })
    if (cache.size >= wabasMax) cache.delete(cache.keys().next().value ?? '')
    cache.set(keyOf(owner), { at: now(), templates })
    return templates
  }

  function list(owner: TemplateOwner, isFresh = false): Promise<TemplateDefinition[]> {
    const key = keyOf(owner)
    const known = cache.get(key)
    if (known && now() - known.at < (isFresh ? freshestMs : freshMs)) return Promise.resolve(known.templates)
    const asking = underway.get(key) ?? fetch(owner).finally(() => underway.delete(key))
    underway.set(key, asking)
    return asking
  }

  const known: KnownTemplates = {
    peek(owner, name, language) {
      const key = keyOf(owner)
      const listed = cache.get(key)
      // Not with every message: a list that cannot be read is asked for again only after a while.
      if ((!listed || now() - listed.at > freshMs) && now() - (lastAsked.get(key) ?? 0) > freshMs) {
        lastAsked.set(key, now())
        list(owner).catch((error: unknown) =>
          logger.debug('template categories not read', { waba_id: owner.waba_id, error }),
        )
      }
      if (!listed || now() - listed.at > trustedMs) return undefined
      return listed.templates.find((template) => template.name === name && template.language === language)
    },
  }

  return { list, known }
}
