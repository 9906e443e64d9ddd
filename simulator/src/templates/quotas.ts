import type { GraphFailure } from '../graph/answer.ts'
import type { Simulation } from '../simulation.ts'

const hourMs = 3_600_000

/** When each account made templates in the last hour, and which names are taken although nothing has them. Unix ms. */
export class TemplateQuotas {
  readonly #made = new Map<string, number[]>()
  readonly #locked = new Map<string, number>()

  constructor(readonly simulation: Simulation) {}

  /** Counts a creation; why it may not be, else undefined. */
  refusal(wabaId: string, name: string, language: string): GraphFailure | undefined {
    const { world, settings } = this.simulation
    const now = this.simulation.now()
    const made = (this.#made.get(wabaId) ?? []).filter((at) => now - at < hourMs)
    this.#made.set(wabaId, made)
    if (made.length >= settings.templateCreationsPerHour)
      return { code: 80008, details: 'Too many templates were created in this account within an hour.' }
    const known = world.template(wabaId, name, language)
    if (known && known.status !== 'DELETED')
      return {
        code: 100,
        subcode: 2388024,
        details: 'There is already content in this language for this template.',
      }
    if ((this.#locked.get(`${wabaId}/${name}`) ?? 0) > now)
      return {
        code: 100,
        subcode: 2388023,
        details: 'This template was deleted; its name is free again in 30 days.',
      }
    const names = new Set(
      world.templatesOf(wabaId).flatMap((each) => (each.status === 'DELETED' ? [] : each.name)),
    )
    if (!names.has(name) && names.size >= this.limit(wabaId))
      return { code: 100, subcode: 2388019, details: 'This account has as many templates as it can have.' }
    made.push(now)
    return undefined
  }

  /** The name of a template that had been approved is taken for a while. */
  lock(wabaId: string, name: string): void {
    this.#locked.set(`${wabaId}/${name}`, this.simulation.now() + this.simulation.settings.templateNameLockMs)
  }

  /** How many names an account may have. */
  limit(wabaId: string): number {
    const { world, settings } = this.simulation
    const isVerified = world.portfolios.isVerified(world.accounts.find(wabaId)?.businessId ?? '')
    return isVerified ? settings.templatesMax : settings.templatesUnverifiedMax
  }
}
