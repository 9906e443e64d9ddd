/** Outbound webhooks: one running service, and a file for each theme. */
import { afterAll, beforeAll, beforeEach } from 'bun:test'
import { endpoints } from './webhooks/endpoints.ts'
import { failing } from './webhooks/failing.ts'
import { hearing } from './webhooks/hearing.ts'
import { Hooks } from './webhooks/hooks.ts'
import { secrets } from './webhooks/secrets.ts'

const hooks = new Hooks()
beforeAll(() => hooks.start(), 60_000)
afterAll(() => hooks.stop(), 60_000)
beforeEach(() => {
  hooks.server.reply = () => 204
})

hearing(hooks)
failing(hooks)
secrets(hooks)
endpoints(hooks)
