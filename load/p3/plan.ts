import { signPayload } from '@palomar/cloud-api'
import { demoNumber } from '../../tools/start/seed.ts'
import { type AcceptedLine, type BenchNumber, phoneOf } from './product.ts'

export const statuses = ['sent', 'delivered', 'read'] as const
export type What = 'inbound' | (typeof statuses)[number]

/** One webhook of one change, ready to be posted. */
export interface Delivery {
  what: What
  wamid: string
  body: string
  signature: string
}

export interface PlanOptions {
  numbers: readonly BenchNumber[]
  /** Messages of ours that Graph accepted and that no status has come for. */
  sent: readonly AcceptedLine[]
  secret: string
  /** Messages between a status of one and its next: at 300 webhooks a second 75 are one second. */
  lag: number
  customers: number
}

/** One customer's message to three statuses, all three of each of our messages, in their order and `lag` apart. */
export function planOf({ numbers, sent, secret, lag, customers }: PlanOptions): Delivery[] {
  const byId = new Map(numbers.map((number) => [number.phoneNumberId, number]))
  const plan: Delivery[] = []
  const add = (what: What, wamid: string, number: BenchNumber, own: object) => {
    const body = bodyOf(number, own)
    plan.push({ what, wamid, body, signature: signPayload(body, secret) })
  }
  const time = String(Math.floor(Date.now() / 1000))
  let customerMessages = 0
  const inbound = () => {
    const n = customerMessages++
    const number = numbers[n % numbers.length] as BenchNumber
    const from = phoneOf(5_000_000 + (n % customers))
    const wamid = `wamid.${btoa(`HBgMP3.${crypto.randomUUID()}`)}`
    add('inbound', wamid, number, {
      contacts: [{ profile: { name: `Cliente ${n % customers}` }, wa_id: from }],
      messages: [
        { from, id: wamid, timestamp: time, type: 'text', text: { body: `Hola, ¿tienen el ${n}?` } },
      ],
    })
  }
  for (let k = 0; k < sent.length + 2 * lag; k++) {
    for (const [at, status] of statuses.entries()) {
      const message = sent[k - at * lag]
      const number = message && byId.get(message.phoneNumberId)
      if (!message || !number) continue
      add(status, message.wamid, number, {
        contacts: [{ profile: { name: `+${message.to}` }, wa_id: message.to }],
        statuses: [
          {
            id: message.wamid,
            status,
            timestamp: time,
            recipient_id: message.to,
            biz_opaque_callback_data: message.echo,
          },
        ],
      })
      if (plan.length % 4 === 3) inbound()
    }
  }
  return plan
}

function bodyOf(number: BenchNumber, own: object): string {
  const metadata = {
    display_phone_number: number.displayPhoneNumber.replace(/\D/g, ''),
    phone_number_id: number.phoneNumberId,
  }
  return JSON.stringify({
    object: 'whatsapp_business_account',
    entry: [
      {
        id: demoNumber.wabaId,
        changes: [{ value: { messaging_product: 'whatsapp', metadata, ...own }, field: 'messages' }],
      },
    ],
  })
}
