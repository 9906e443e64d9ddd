/** The evaluation chart's own environments and Secrets, run as processes: nothing but what its manifests say. */
import { afterAll, expect, test } from 'bun:test'
import { eventually } from '@palomar/testkit'
import { helm, rendered } from '../../tools/chart/rendered.ts'
import { secretManifests } from '../../tools/chart/secret-manifests.ts'
import { Release } from './release.ts'

let release: Release | undefined
afterAll(() => release?.stop(), 60_000)

test.if(helm !== undefined)(
  'O7: what the evaluation chart tells its jobs and pods makes a product that takes a customer’s message',
  async () => {
    const secrets = secretManifests({ evaluation: true, namespace: 'palomar' })
    release = await Release.of(await rendered('evaluation'), secrets)
    await release.startStores()
    await release.runJobs()
    // The dashboard is built and tried elsewhere.
    await release.startPods(['dashboard'])
    const simulator = release.url('simulator', 4010)
    const body = JSON.stringify({ phone_number_id: '100000000000001', wa_id: '573001112233', text: 'hola' })
    const headers = { authorization: `Bearer ${release.secret('palomar-admin', 'api-key')}` }
    const conversations = `${release.url('gateway', 8080)}/v1/conversations`
    await fetch(`${simulator}/control/write`, { method: 'POST', body })
    await eventually(
      async () =>
        expect(await (await fetch(conversations, { headers })).text()).toContain(
          '"last_message_preview":"hola"',
        ),
      { timeoutMs: 60_000 },
    )
  },
  300_000,
)
