import { signPayload } from '@palomar/cloud-api'

/** Known to the benchmark alone; the gateway has it sealed in its snapshot. */
export const appSecret = 'p1-app-secret'

/** One POST as Meta would send it, ready for a socket: its number in its run is in the wamid. */
export function requestOf(path: string, run: string, n: number): Buffer {
  const body = bodyOf(run, n)
  const head = [
    `POST ${path} HTTP/1.1`,
    'host: 127.0.0.1',
    'user-agent: facebookexternalua',
    'content-type: application/json',
    `x-hub-signature-256: ${signPayload(body, appSecret)}`,
    `content-length: ${Buffer.byteLength(body)}`,
  ]
  return Buffer.from(`${head.join('\r\n')}\r\n\r\n${body}`)
}

/** A text message of a customer, of the usual size. */
function bodyOf(run: string, n: number): string {
  const sender = `5491150${String(n % 1_000_000).padStart(6, '0')}`
  return JSON.stringify({
    object: 'whatsapp_business_account',
    entry: [
      {
        id: '102290129340398',
        changes: [
          {
            value: {
              messaging_product: 'whatsapp',
              metadata: { display_phone_number: '15550783881', phone_number_id: '106540352242922' },
              contacts: [{ profile: { name: 'Sheena Nelson' }, wa_id: sender }],
              messages: [
                {
                  from: sender,
                  id: `wamid.${run}-${n}.HBgLMTY1MDM4Nzk0MzkVAgASGBQzQTRBNjU5OUFFRTAzODEwMTQ0RgA=`,
                  timestamp: '1749416383',
                  type: 'text',
                  text: {
                    body: 'Does it come in another color? I saw the red one in the shop near my house last week, but my sister would rather have it in green or blue.',
                  },
                },
              ],
            },
            field: 'messages',
          },
        ],
      },
    ],
  })
}

/** The number of a stored body in this run; undefined for another run's. */
export function numberIn(body: Uint8Array, run: string): number | undefined {
  const text = Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('latin1')
  const marker = `wamid.${run}-`
  const at = text.indexOf(marker)
  return at < 0 ? undefined : Number.parseInt(text.slice(at + marker.length), 10)
}
