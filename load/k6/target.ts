import { openDb } from '@palomar/db'
import { eventually, silentLogger, testDemo } from '@palomar/testkit'
import { StartFailure } from '../../tools/servers/index.ts'
import { apiClient } from '../../tools/start/api-client.ts'
import type { Demo } from '../../tools/start/demo.ts'
import { demoNumber } from '../../tools/start/seed.ts'
import { named } from './config.ts'

/** What the journeys need to know of the Palomar they are made in. */
export interface TargetSettings {
  /** Begins each wamid and names this run. */
  run: string
  url: string
  /** Empty: no gRPC journey. */
  tenancyAddress: string
  apiKey: string
  appSecret: string
  numberId: string
  phoneNumberId: string
  wabaId: string
}

export interface Target {
  settings: TargetSettings
  ledger(claimed: { webhooks: number; sends: number }): Promise<{ line: string; isWhole: boolean }>
  stop(): Promise<void>
}

const runName = () => Date.now().toString(36).toUpperCase()

/** A whole Palomar with the simulator as Meta, stopped afterwards. */
export async function ownTarget(): Promise<Target> {
  console.log('starting a Palomar of its own')
  const demo = await testDemo()
  const run = runName()
  try {
    return {
      settings: {
        run,
        url: demo.urls.gateway,
        tenancyAddress: `127.0.0.1:${demo.settings.grpcPorts.tenancy}`,
        apiKey: demo.apiKey ?? '',
        appSecret: demo.settings.secrets.appSecret,
        ...(await numberOf(demo.urls.gateway, demo.apiKey ?? '', demoNumber.phoneNumberId)),
        wabaId: demoNumber.wabaId,
      },
      ledger: (claimed) => ledgerOf(demo, run, claimed),
      stop: () => demo.stop(),
    }
  } catch (error) {
    await demo.stop()
    throw error
  }
}

/** One that runs elsewhere. */
export async function namedTarget(url: string, tenancyAddress: string): Promise<Target> {
  const need = (name: Parameters<typeof named>[0]) => {
    const value = named(name)
    if (!value) throw new StartFailure(`${name} is needed with --url (--help says what it is)`)
    return value
  }
  const apiKey = need('LOAD_API_KEY')
  const base = url.replace(/\/+$/, '')
  return {
    settings: {
      run: runName(),
      url: base,
      tenancyAddress,
      apiKey,
      appSecret: need('LOAD_APP_SECRET'),
      ...(await numberOf(base, apiKey, need('LOAD_PHONE_NUMBER_ID'))),
      wabaId: need('LOAD_WABA_ID'),
    },
    ledger: async () => ({ line: 'ledger: not looked into, this Palomar is not ours', isWhole: true }),
    stop: async () => undefined,
  }
}

async function numberOf(url: string, apiKey: string, phoneNumberId: string) {
  const api = apiClient(url, { authorization: `Bearer ${apiKey}` })
  const { data } = await api.get<{ data: { id: string; phone_number_id: string }[] }>('/v1/numbers?limit=100')
  const number = data.find(({ phone_number_id }) => phone_number_id === phoneNumberId)
  if (!number) throw new StartFailure(`the key's company has no number ${phoneNumberId}`)
  return { numberId: number.id, phoneNumberId }
}

/** Acknowledged = stored once, accepted = at Meta once. Waits for what is still on its way. */
async function ledgerOf(demo: Demo, run: string, { webhooks, sends }: { webhooks: number; sends: number }) {
  const db = openDb({ url: demo.settings.adminUrl, max: 1, service: 'load', logger: silentLogger })
  const count = async () => {
    const [row] = await db.sql<{ rows: number; wamids: number }[]>`
      select count(*)::int as rows, count(distinct wamid)::int as wamids from inbox.messages
      where wamid like ${`wamid.LOAD${run}%`}`
    const lines = (await (await fetch(`${demo.urls.simulator}/control/accepted`)).text())
      .split('\n')
      .filter(Boolean)
    const echoes = lines.map((line) => (JSON.parse(line) as { echo: string }).echo.split('~')[0])
    return {
      stored: row?.wamids ?? 0,
      storedTwice: (row?.rows ?? 0) - (row?.wamids ?? 0),
      atMeta: new Set(echoes).size,
      atMetaTwice: echoes.length - new Set(echoes).size,
    }
  }
  try {
    await eventually(
      async () => {
        const { stored, atMeta } = await count()
        if (stored < webhooks || atMeta < sends) throw new Error('still on its way')
      },
      { timeoutMs: 60_000 },
    ).catch(() => undefined)
    const { stored, storedTwice, atMeta, atMetaTwice } = await count()
    // A request that k6 gave up on may have been stored: more than were claimed is no loss.
    const isWhole =
      webhooks > 0 &&
      sends > 0 &&
      stored >= webhooks &&
      atMeta >= sends &&
      storedTwice === 0 &&
      atMetaTwice === 0
    const doubled = storedTwice + atMetaTwice
    return {
      line: `ledger: webhooks ${webhooks} → stored ${stored}, sends ${sends} → at Meta ${atMeta}, doubled ${doubled}: ${isWhole ? 'agrees' : 'DOES NOT AGREE'}`,
      isWhole,
    }
  } finally {
    await db.close()
  }
}
