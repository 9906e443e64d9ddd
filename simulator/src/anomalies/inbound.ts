/** How messages of customers differ from what is documented. */
export const inboundFaults = {
  withoutContacts: 'a customer’s message comes without `contacts`',
  unknownKeys: 'keys that nobody has documented, on every level of a webhook',
} as const
