import type { Demo } from '../../tools/start/demo.ts'

const demoNumber = '100000000000001'
/** A request that got no 202 is sent again with the same key, as a careful client does. */
const retryMs = 200
const givenUpMs = 90_000

/** Messages in both directions, and what was promised about each. */
export class Traffic {
  /** wamids of messages that customers wrote: Meta keeps trying until each is answered 200. */
  readonly written = new Set<string>()
  /** Ids of messages that were answered 202. */
  readonly accepted = new Set<string>()

  constructor(
    readonly demo: Demo,
    readonly numberId: string,
  ) {}

  /** `count` customers write one message each. */
  async write(count: number, from: number): Promise<void> {
    await inParallel(16, count, async (n) => {
      const response = await fetch(`${this.demo.urls.simulator}/control/write`, {
        method: 'POST',
        body: JSON.stringify({
          phone_number_id: demoNumber,
          wa_id: phoneOf(from + n),
          text: `hola ${from + n}`,
        }),
      })
      const { wamid } = (await response.json()) as { wamid: string }
      this.written.add(wamid)
    })
  }

  /** `count` templates go out, one to each recipient. */
  async send(count: number, from: number): Promise<void> {
    await inParallel(16, count, async (n) => {
      const id = await this.#sendUntilAccepted(phoneOf(from + n))
      this.accepted.add(id)
    })
  }

  async #sendUntilAccepted(to: string): Promise<string> {
    const key = crypto.randomUUID()
    const end = performance.now() + givenUpMs
    let last = ''
    while (performance.now() < end) {
      const response = await this.#post(to, key)
      if (response?.status === 202) return ((await response.json()) as { id: string }).id
      last = response ? `${response.status} ${await response.text()}` : 'no answer'
      await Bun.sleep(retryMs)
    }
    throw new Error(`never accepted: ${last}`)
  }

  #post(to: string, key: string): Promise<Response | undefined> {
    return fetch(`${this.demo.urls.gateway}/v1/messages`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${this.demo.apiKey}`,
        'content-type': 'application/json',
        'idempotency-key': key,
      },
      body: JSON.stringify({
        number_id: this.numberId,
        to,
        type: 'template',
        template: { name: 'hello_world', language: { code: 'en_US' } },
      }),
      signal: AbortSignal.timeout(15_000),
    }).catch(() => undefined)
  }
}

const phoneOf = (n: number) => `57310${String(n).padStart(7, '0')}`

async function inParallel(width: number, count: number, work: (n: number) => Promise<void>): Promise<void> {
  let next = 0
  await Promise.all(
    Array.from({ length: width }, async () => {
      while (next < count) await work(next++)
    }),
  )
}
