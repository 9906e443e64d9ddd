import { expect } from 'bun:test'
import { eventually } from '@palomar/testkit'
import type { Service } from '../../src/service.ts'
import { type EndpointServer, startEndpointServer } from '../endpoint-server.ts'
import { type Client, type Company, newCompany, page, type Rig, rig } from '../rig.ts'

/** One running service and one server of endpoints that the tests of all themes share. */
export class Hooks {
  r!: Rig
  service!: Service
  server!: EndpointServer
  private next = 0

  async start(): Promise<void> {
    ;[this.r, this.server] = await Promise.all([rig(), startEndpointServer()])
    this.service = await this.r.start()
  }

  async stop(): Promise<void> {
    await this.r?.close()
    await this.server?.stop()
  }

  /** A company with one endpoint at a path of its own. */
  async company(of: { eventTypes?: string[]; numberIds?: string[]; own?: Company; base?: string } = {}) {
    const own = of.own ?? newCompany()
    const rpc = await this.r.as(this.service, own)
    const path = `/hook-${this.next++}`
    const { endpoint, secret } = await rpc.createWebhookEndpoint({
      url: `${of.base ?? this.server.url}${path}`,
      description: 'CRM',
      eventTypes: of.eventTypes ?? [],
      numberIds: of.numberIds ?? [],
      format: '',
    })
    return { own, rpc, path, secret, endpointId: endpoint?.id ?? '' }
  }

  dataAt(path: string) {
    return this.server.at(path).map(({ json }) => json.data)
  }

  /** Brings what waits for its next try forward, once no try is under way: nobody sleeps through a schedule of days. */
  hurry(own: Company) {
    return eventually(async () => {
      const { count } = await this.r.admin.sql`
        update webhook_deliveries set due_at = now()
        where tenant_id = ${own.tenant} and state = 'pending' and failures = tries`
      expect(count).toBeGreaterThan(0)
    })
  }

  endpointEvents(own: Company) {
    return this.r.events
      .filter((event) => event.header?.tenantId === own.tenantId)
      .flatMap(({ payload }) => (payload?.$case === 'webhookEndpointChanged' ? [payload.value] : []))
  }
}

export const deliveries = async (rpc: Client, endpointId: string, state = '') =>
  (await rpc.listWebhookDeliveries({ endpointId, state, page: page() })).deliveries

export const code = (promise: Promise<unknown>) =>
  promise.then(
    () => 'ok',
    (error: { code: string }) => error.code,
  )
