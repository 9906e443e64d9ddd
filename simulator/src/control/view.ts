import type { Simulation } from '../simulation.ts'

/** The whole of what the phone page shows beside a chat. Tokens and secrets are here on purpose: they are play money. */
export function overview({ world, faults, settings }: Simulation) {
  return {
    apps: [...world.apps.values()].map(({ id, name, slug, secret, verifyToken, webhookUrl }) => ({
      id,
      name,
      slug,
      secret,
      verify_token: verifyToken,
      webhook_url: webhookUrl,
    })),
    numbers: [...world.numbers.values()].slice(0, 50).map((number) => ({
      phone_number_id: number.id,
      display_phone_number: number.displayPhoneNumber,
      verified_name: number.verifiedName,
      waba_id: number.wabaId,
      business_id: number.businessId,
      app_id: number.appId,
      token: number.token,
      claimed: number.isClaimed,
    })),
    customers: [...world.customers.values()].slice(0, 200).map((person) => ({
      wa_id: person.waId,
      name: person.name,
      user_id: person.userId,
      on_whatsapp: person.isOnWhatsApp,
    })),
    faults: faults.rates,
    settings,
  }
}

export function chatView({ world }: Simulation, phoneNumberId: string, waId: string) {
  const chat = world.chats.get(`${phoneNumberId}/${waId}`)
  return {
    phone_number_id: phoneNumberId,
    wa_id: waId,
    messages: chat?.messages ?? [],
    open: chat?.isOpen ?? false,
  }
}
