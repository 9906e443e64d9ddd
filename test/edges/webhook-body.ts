/** Meta's webhook for one text from a customer, with a wamid of its own. */
export function customerWrites({
  phoneNumberId = '100000000000001',
  waId = '573004440000',
  text,
  at = Date.now(),
}: {
  phoneNumberId?: string
  waId?: string
  text: string
  at?: number
}): string {
  const wamid = `wamid.${Buffer.from(crypto.randomUUID()).toString('base64')}`
  return JSON.stringify({
    object: 'whatsapp_business_account',
    entry: [
      {
        id: '200000000000001',
        changes: [
          {
            field: 'messages',
            value: {
              messaging_product: 'whatsapp',
              metadata: { display_phone_number: '573000000001', phone_number_id: phoneNumberId },
              contacts: [{ profile: { name: 'Cliente' }, wa_id: waId }],
              messages: [
                {
                  from: waId,
                  id: wamid,
                  timestamp: String(Math.floor(at / 1000)),
                  type: 'text',
                  text: { body: text },
                },
              ],
            },
          },
        ],
      },
    ],
  })
}

/** Meta's webhook for a customer who calls; it rings. */
export function customerCalls({ phoneNumberId = '100000000000001', waId = '573004440000' } = {}): string {
  return JSON.stringify({
    object: 'whatsapp_business_account',
    entry: [
      {
        id: '200000000000001',
        changes: [
          {
            field: 'calls',
            value: {
              messaging_product: 'whatsapp',
              metadata: { display_phone_number: '573000000001', phone_number_id: phoneNumberId },
              contacts: [{ profile: { name: 'Cliente' }, wa_id: waId }],
              calls: [
                {
                  id: `wacid.${crypto.randomUUID()}`,
                  event: 'connect',
                  timestamp: String(Math.floor(Date.now() / 1000)),
                  direction: 'USER_INITIATED',
                  from: waId,
                  to: '573000000001',
                  session: { sdp_type: 'offer', sdp: 'v=0\r\n' },
                },
              ],
            },
          },
        ],
      },
    ],
  })
}
