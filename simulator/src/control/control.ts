import { type CallControl, callControl } from '../calls/control.ts'
import { type CoexistenceControl, coexistenceControl } from '../coexistence/control.ts'
import { Crowd, type CrowdPlan, defaultPlan } from '../crowd.ts'
import type { FaultName } from '../faults.ts'
import { type FlowControl, flowControl } from '../flows/control.ts'
import { mediaUrl } from '../graph/media.ts'
import { type GroupControl, groupControl } from '../groups/control.ts'
import { type LimitControl, limitControl } from '../limits/control.ts'
import { type PeopleControl, peopleControl } from '../people/control.ts'
import { type RoutingControl, routingControl } from '../routing/control.ts'
import { changeSettings, type Settings } from '../settings.ts'
import type { Simulation } from '../simulation.ts'
import { changeTemplate, type TemplateChange } from '../templates/control.ts'
import { VirtualClock } from '../world/clock.ts'
import { type Media, samplePicture } from '../world/media.ts'
import type { Tier } from '../world/portfolios.ts'
import { summaryOf } from '../world/summary.ts'
import type { Scope } from '../world/tokens.ts'
import type { Accepted, Customer, PhoneNumber, Template } from '../world/types.ts'
import { silentVoiceNote } from '../world/voice-note.ts'
import type { Counters } from '../world/world.ts'
import { type AppChange, appOf, changeApp } from './app-change.ts'
import { ControlError } from './control-error.ts'

export { ControlError } from './control-error.ts'

export interface Writing {
  phoneNumberId: string
  waId: string
  /** A text; or any kind by `type` and `content` as in Meta's webhook. */
  text?: string
  type?: string
  content?: unknown
  name?: string
  /** The wamid it answers. */
  quoted?: string
  /** The ad that the chat began from. */
  referral?: Record<string, unknown>
}

export interface CrowdChange extends Partial<Omit<CrowdPlan, 'phoneNumbers'>> {
  name: string
  /** All numbers of the demo's company when absent. */
  phoneNumberIds?: string[]
  stop?: boolean
}

export interface TokenChange {
  token: string
  /** Numbers and accounts that it opens beside those it has. */
  nodes?: string[]
  scopes?: Scope[]
  expiresInMs?: number
  revoke?: boolean
  /** The app it is made for, by id or slug. */
  app?: string
}

export interface PortfolioChange {
  tier?: Tier
  /** Pays the rates for authentication from abroad. */
  isInternational?: boolean
  isVerified?: boolean
}

/** Everything that can be done to the simulated world from outside; the virtual phone and tests have the same. */
export interface Control extends FlowControl, PeopleControl, CoexistenceControl, RoutingControl {
  /** A customer writes; the wamid. */
  write(writing: Writing): string
  /** A customer sends a picture. */
  writePicture(writing: Pick<Writing, 'phoneNumberId' | 'waId'>, origin: string): string
  /** A customer sends a voice note, three seconds of silence. */
  writeVoice(writing: Pick<Writing, 'phoneNumberId' | 'waId'>, origin: string): string
  /** The customer opens the chat, which reads it, or leaves it. */
  look(phoneNumberId: string, waId: string, isOpen: boolean): void
  customer(waId: string, change?: Partial<Omit<Customer, 'waId' | 'userId'>>): Customer
  number(
    id: string,
    change?: Partial<Pick<PhoneNumber, 'throughput' | 'standing' | 'quality' | 'token' | 'isOfficial'>>,
  ): PhoneNumber
  /** Makes or changes an access token. */
  token(change: TokenChange): void
  /** Makes a crowd of that name, in place of an earlier one, or stops it. */
  crowd(change: CrowdChange): Crowd['counters']
  crowds(): Record<string, Crowd['counters']>
  /** A portfolio's messaging limit. */
  tier(businessId: string, tier: Tier): void
  calls: CallControl
  limits: LimitControl
  groups: GroupControl
  /** The same, and whether it pays the rates for authentication from abroad. */
  portfolio(businessId: string, change: PortfolioChange): void
  /** A status alone, or any change of templates/control.ts. */
  template(wabaId: string, name: string, language: string, change?: string | TemplateChange): Template
  /** Sets an app's callback after Meta's handshake with it, unless told to trust it. */
  app(idOrSlug: string, change: AppChange): Promise<void>
  settings(change?: Partial<Settings>): Settings
  faults(change?: Partial<Record<FaultName, number>>): Record<FaultName, number>
  /** What Graph accepted, in order. */
  accepted(from?: number): Accepted[]
  counters(): Counters & { pendingWebhooks: number }
  /** Virtual time passes; refused on a real clock. Resolves with the time it is then. */
  advance(ms: number): Promise<number>
  /** Unix seconds in which the simulator itself was held up for over 20 ms. */
  laggedSeconds(): number[]
}

const advanceMsMax = 366 * 86_400_000
const standings: readonly string[] = ['good', 'unregistered', 'locked', 'unpaid']
const qualities: readonly string[] = ['GREEN', 'YELLOW', 'RED', 'UNKNOWN']

export function createControl(simulation: Simulation): Control {
  const { world } = simulation

  function numberOf(id: string): PhoneNumber {
    const number = world.numbers.get(id)
    if (!number) throw new ControlError(`no number has the phone_number_id ${id}`)
    return number
  }

  function personOf(waId: string, name = ''): Customer {
    const digits = waId.replace(/\D/g, '')
    if (!/^[1-9]\d{6,14}$/.test(digits)) throw new ControlError('wa_id must be the digits of a phone number')
    return world.customer(digits, name)
  }

  /** A file as a webhook names it. */
  const fileOf = (media: Media, origin: string) => ({
    id: media.id,
    mime_type: media.mimeType,
    sha256: Buffer.from(media.sha256, 'hex').toString('base64'),
    url: mediaUrl(media, origin, simulation.mediaEndsAt()),
  })

  return {
    ...peopleControl(simulation, numberOf, personOf),
    ...coexistenceControl(simulation, numberOf, personOf),
    ...routingControl(simulation, numberOf, personOf),
    write({ phoneNumberId, waId, text = '', type = 'text', content, name, quoted, referral }) {
      const number = numberOf(phoneNumberId)
      const person = personOf(waId, name)
      if (type === 'text' && text.trim() === '' && content === undefined)
        throw new ControlError('text must not be empty')
      const own = content ?? { body: text }
      return simulation.write(number, person, {
        type,
        content: own,
        text: text || summaryOf(type, own),
        quoted,
        referral,
      })
    },
    writeVoice({ phoneNumberId, waId }, origin) {
      const number = numberOf(phoneNumberId)
      const media = world.media.add(number.id, 'audio/ogg; codecs=opus', silentVoiceNote(), 7)
      const content = { ...fileOf(media, origin), voice: true }
      return simulation.write(number, personOf(waId), { type: 'audio', content, text: '' })
    },
    writePicture({ phoneNumberId, waId }, origin) {
      const number = numberOf(phoneNumberId)
      const media = world.media.add(number.id, 'image/png', samplePicture(), 7)
      const content = fileOf(media, origin)
      return simulation.write(number, personOf(waId), { type: 'image', content, text: '' })
    },
    look(phoneNumberId, waId, isOpen) {
      simulation.look(world.chats.open(numberOf(phoneNumberId).id, personOf(waId).waId), isOpen)
    },
    customer(waId, change = {}) {
      const person = personOf(waId)
      simulation.changeCustomer(person, change)
      return person
    },
    number(id, { throughput, standing, quality, token, isOfficial } = {}) {
      const number = numberOf(id)
      if (throughput !== undefined && !(throughput >= 1 && throughput <= 100_000))
        throw new ControlError('throughput must be from 1 to 100000 per second')
      if (throughput !== undefined && simulation.coexistence.isOnApp(id))
        throw new ControlError('a number that is on the app sends 20 a second')
      if (standing !== undefined && !standings.includes(standing))
        throw new ControlError(`standing must be one of ${standings.join(', ')}`)
      if (quality !== undefined && !qualities.includes(quality))
        throw new ControlError(`quality must be one of ${qualities.join(', ')}`)
      if (token !== undefined) {
        world.tokens.revoke(number.token)
        world.tokens.grant(token, number.id, number.wabaId)
      }
      simulation.changeNumber(number, defined({ throughput, standing, quality, token, isOfficial }))
      return number
    },
    token({ token: text, nodes = [], scopes: wanted, expiresInMs, revoke = false, app }) {
      world.tokens.grant(text, ...nodes)
      const token = world.tokens.find(text)
      if (token && wanted) token.scopes = new Set(wanted)
      if (token && expiresInMs !== undefined) token.expiresAt = simulation.now() + expiresInMs
      if (token && app !== undefined) token.appId = appOf(simulation, app).id
      if (revoke) world.tokens.revoke(text)
    },
    crowd({ name, phoneNumberIds, stop = false, ...plan }) {
      simulation.crowds.get(name)?.stop()
      const claimed = [...world.numbers.values()].filter(({ isClaimed }) => isClaimed)
      const phoneNumbers = phoneNumberIds?.map(numberOf) ?? claimed
      const crowd = new Crowd(simulation, { ...defaultPlan, ...plan, phoneNumbers })
      if (stop) crowd.stop()
      simulation.crowds.set(name, crowd)
      return crowd.counters
    },
    crowds: () => Object.fromEntries([...simulation.crowds].map(([name, { counters }]) => [name, counters])),
    tier: (businessId, tier) => simulation.growth.set(businessId, tier),
    limits: limitControl(simulation, { numberOf }),
    calls: callControl(simulation, { numberOf, personOf }),
    groups: groupControl(simulation, { numberOf, personOf }),
    portfolio(businessId, { tier, isInternational, isVerified }) {
      if (tier) simulation.growth.set(businessId, tier)
      if (isVerified !== undefined) world.portfolios.setVerified(businessId, isVerified)
      if (isInternational !== undefined) world.portfolios.setInternational(businessId, isInternational)
    },
    template: (wabaId, name, language, change = {}) =>
      changeTemplate(
        simulation,
        [wabaId, name, language],
        typeof change === 'string' ? { status: change } : change,
      ),
    app: (idOrSlug, change) => changeApp(simulation, idOrSlug, change),
    settings(change = {}) {
      const problem = changeSettings(simulation.settings, change)
      if (problem) throw new ControlError(problem)
      return { ...simulation.settings }
    },
    faults(change = {}) {
      const problem = simulation.faults.change(change)
      if (problem) throw new ControlError(problem)
      return { ...simulation.faults.rates }
    },
    accepted: (from = 0) => world.ledger.rows(from),
    counters: () => ({ ...world.counters, pendingWebhooks: simulation.announcements.pending }),
    async advance(ms) {
      if (!(world.clock instanceof VirtualClock))
        throw new ControlError('this simulator runs on the real clock')
      if (!(ms >= 0 && ms <= advanceMsMax)) throw new ControlError('advance_ms must be from 0 to a year')
      await simulation.advance(ms)
      return simulation.now()
    },
    laggedSeconds: () => simulation.lag.seconds,
    ...flowControl(simulation, numberOf),
  }
}

/** Without the members that were not given. */
function defined<T extends object>(object: T): Partial<T> {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as Partial<T>
}
