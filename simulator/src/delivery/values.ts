import type { Customer, PhoneNumber } from '../world/types.ts'

/** Values of the field `messages`. Source: Meta, "messages webhook reference". */

const metadata = (number: PhoneNumber) => ({
  display_phone_number: number.displayPhoneNumber.replace(/\D/g, ''),
  phone_number_id: number.id,
})

const contact = (person: Customer) => ({
  profile: { name: person.name },
  wa_id: person.waId,
  user_id: person.userId,
})

const seconds = (ms: number) => String(Math.floor(ms / 1000))

export interface InboundValue {
  wamid: string
  at: number
  type: string
  content: unknown
  contextWamid?: string | undefined
}

export function inboundValue(
  number: PhoneNumber,
  person: Customer,
  message: InboundValue,
): Record<string, unknown> {
  return {
    messaging_product: 'whatsapp',
    metadata: metadata(number),
    contacts: [contact(person)],
    messages: [
      {
        from: person.waId,
        from_user_id: person.userId,
        id: message.wamid,
        timestamp: seconds(message.at),
        ...(message.contextWamid
          ? { context: { from: metadata(number).display_phone_number, id: message.contextWamid } }
          : {}),
        type: message.type,
        [message.type]: message.content,
      },
    ],
  }
}

export interface StatusValue {
  wamid: string
  status: 'sent' | 'delivered' | 'read' | 'failed'
  at: number
  echo: string
  category: string
  error?: { code: number; title: string; details: string }
}

export function statusValue(
  number: PhoneNumber,
  person: Customer,
  status: StatusValue,
): Record<string, unknown> {
  const isFailed = status.status === 'failed'
  return {
    messaging_product: 'whatsapp',
    metadata: metadata(number),
    // Meta leaves contacts out of failed statuses.
    ...(isFailed ? {} : { contacts: [contact(person)] }),
    statuses: [
      {
        id: status.wamid,
        status: status.status,
        timestamp: seconds(status.at),
        recipient_id: person.waId,
        ...(isFailed ? {} : { recipient_user_id: person.userId }),
        ...(status.echo === '' ? {} : { biz_opaque_callback_data: status.echo }),
        ...(status.status === 'delivered' || status.status === 'sent'
          ? { pricing: { billable: true, pricing_model: 'PMP', type: 'regular', category: status.category } }
          : {}),
        ...(status.error
          ? {
              errors: [
                {
                  code: status.error.code,
                  title: status.error.title,
                  message: status.error.title,
                  error_data: { details: status.error.details },
                },
              ],
            }
          : {}),
      },
    ],
  }
}
