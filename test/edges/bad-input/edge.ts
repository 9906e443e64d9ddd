import { expect } from 'bun:test'
import { eventually } from '@palomar/testkit'
import { type Answer, type CallOptions, Product } from '../../product.ts'

/** One product that the tests of all themes share, and who asks it. */
export class Edge {
  product!: Product
  admin = ''
  platform = ''
  numberId = ''

  async start(): Promise<void> {
    this.product = await Product.start()
    this.admin = await this.product.demoAdminToken()
    this.platform = await this.product.platformToken()
    this.numberId = (await this.product.must('GET', '/v1/numbers', { token: this.admin })).data[0].id
  }

  template(to: string) {
    return {
      number_id: this.numberId,
      to,
      type: 'template',
      template: { name: 'hello_world', language: { code: 'en_US' } },
    }
  }

  asAdmin(body?: unknown, headers: Record<string, string> = {}) {
    return (): CallOptions => ({ token: this.admin, headers, ...(body === undefined ? {} : { body }) })
  }

  /** H3: the answer names its request, and the gateway's log has a line of it with that outcome. */
  async expectLogged(answer: Answer): Promise<void> {
    const requestId = answer.headers.get('x-request-id') ?? ''
    expect(requestId).not.toBe('')
    const line = await eventually(() => {
      const lines = this.product.logs().get('gateway.log')?.split('\n') ?? []
      const found = lines.find((each) => each.includes(JSON.stringify(requestId)))
      expect(found, `${requestId} in the gateway's log`).toBeDefined()
      return JSON.parse(found ?? '{}')
    })
    expect([line.request_id, line.status]).toEqual([requestId, answer.status])
  }

  async expectStillWorks(): Promise<void> {
    const answer = await this.product.call('GET', '/v1/numbers?limit=1', { token: this.admin })
    expect(answer.status).toBe(200)
  }
}

export const megabyte = 1024 * 1024
