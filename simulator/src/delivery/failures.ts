import { titleOf } from '@palomar/cloud-api'
import type { StatusError } from './values.ts'

const failureDetails: Readonly<Record<number, string>> = {
  131026: 'Message Undeliverable.',
  131042: 'Message failed to send because there were one or more errors related to your payment method.',
  131043: 'Message was not delivered before its time to live was over.',
  131047:
    'Message failed to send because more than 24 hours have passed since the customer last replied to this number.',
  131048:
    'Message failed to send because there are restrictions on how many messages can be sent from this phone number.',
  131049: 'In order to maintain a healthy ecosystem engagement, the message failed to be delivered.',
  131050: 'This user has stopped marketing messages from this business.',
}

export function failureOf(code: number): StatusError {
  return { code, title: titleOf(code), details: failureDetails[code] ?? titleOf(code) }
}
