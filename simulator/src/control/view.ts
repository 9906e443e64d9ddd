import { callView } from '../calls/view.ts'
import { usernameFor } from '../people/people.ts'
import type { Simulation } from '../simulation.ts'
import type { Customer, PhoneNumber } from '../world/types.ts'
import type { Control } from './control.ts'

/** Shown in the panel; a load test has more. */
const numbersShown = 50
const customersShown = 300

/** The whole of what the phone page shows beside a chat. Tokens and secrets are here on purpose: they are play money. */
export function overview(simulation: Simulation) {
  const { world, faults, settings } = simulation
  return {
    apps: [...world.apps.values()].map(({ id, name, slug, secret, verifyToken, webhookUrl }) => ({
      id,
      name,
      slug,
      secret,
      verify_token: verifyToken,
      webhook_url: webhookUrl,
      problem: simulation.announcements.problemOf(id),
    })),
    numbers: [...world.numbers.values()].slice(0, numbersShown).map(numberView),
    customers: [...world.customers.values()].slice(0, customersShown).map(customerView),
    counters: { ...world.counters, pending_webhooks: simulation.announcements.pending },
    faults: faults.rates,
    settings,
  }
}

export const numberView = (number: PhoneNumber) => ({
  phone_number_id: number.id,
  display_phone_number: number.displayPhoneNumber,
  verified_name: number.verifiedName,
  waba_id: number.wabaId,
  business_id: number.businessId,
  app_id: number.appId,
  token: number.token,
  claimed: number.isClaimed,
  throughput: number.throughput,
  quality: number.quality,
  standing: number.standing,
  official: number.isOfficial,
})

export const customerView = (person: Customer) => ({
  wa_id: person.waId,
  name: person.name,
  user_id: person.userId,
  on_whatsapp: person.isOnWhatsApp,
  offline: person.isOffline,
  tells_read: person.tellsRead,
  stops_marketing: person.stopsMarketing,
  blocks: person.blocks,
  hides_phone: person.hidesPhone,
  username: person.username || (person.hidesPhone ? usernameFor(person) : ''),
  unfit: person.unfit ?? '',
})

export function chatView(simulation: Simulation, phoneNumberId: string, waId: string) {
  const { world } = simulation
  const chat = world.chats.find(phoneNumberId, waId)
  return {
    phone_number_id: phoneNumberId,
    wa_id: waId,
    messages: chat?.messages ?? [],
    open: chat?.isOpen ?? false,
    ...callView(simulation, phoneNumberId, waId),
    typing: (chat?.typingUntil ?? 0) > simulation.now(),
    window_open: world.chats.isWindowOpen(phoneNumberId, waId, simulation.now()),
  }
}

export type ChatView = ReturnType<typeof chatView>
export type Overview = ReturnType<typeof overview>
export type CustomerView = ReturnType<typeof customerView>
export type NumberView = ReturnType<typeof numberView>

export function countersView(control: Control) {
  const { pendingWebhooks, ...counters } = control.counters()
  return { ...counters, pending_webhooks: pendingWebhooks }
}
