import { expect } from 'bun:test'
import { parseWebhook } from '@palomar/cloud-api'
import { demo, startWorld, type World } from '../harness.ts'

export const dayMs = 86_400_000
export const { phoneNumberId, customer } = demo
/** A number of another portfolio. */
export const other = { phoneNumberId: '100000000000002', token: 'sim-token-panaderia-sol' }
export const noon = Date.UTC(2026, 10, 1, 12)

export const startPeople = (
  settings: NonNullable<Parameters<typeof startWorld>[0]>['settings'] = {},
): World => startWorld({ virtualClockFrom: noon, settings: settings ?? {} })

/** Everything delivered so far was understood to the last key. */
export function expectUnderstood(world: World): void {
  for (const { bytes } of world.delivered) {
    const reading = parseWebhook(bytes)
    if (!reading.ok) throw new Error(reading.reason)
    expect([...reading.unknown, ...reading.changes.flatMap(({ unknown }) => unknown)]).toEqual([])
    expect(reading.changes.map(({ kind }) => kind)).not.toContain('unreadable')
  }
}

interface Wire {
  field: string
  value: {
    contacts?: Record<string, unknown>[]
    messages?: Record<string, unknown>[]
    statuses?: Record<string, unknown>[]
  } & Record<string, unknown>
}

/** The changes as they were on the wire. */
export const wire = (world: World): Wire[] =>
  world.delivered.flatMap(({ bytes }) =>
    (JSON.parse(new TextDecoder().decode(bytes)) as { entry: { changes: Wire[] }[] }).entry.flatMap(
      ({ changes }) => changes,
    ),
  )

export const messagesOf = (world: World) => wire(world).flatMap(({ value }) => value.messages ?? [])
export const statusesOf = (world: World, wamid: string) =>
  wire(world).flatMap(({ value }) =>
    (value.statuses ?? [])
      .filter(({ id }) => id === wamid)
      .map((status) => ({ ...status, contacts: value.contacts }) as Record<string, unknown>),
  )

/** A control action by HTTP, as the page has it. */
export async function act(world: World, name: string, body: object): Promise<Record<string, unknown>> {
  const answer = await fetch(`${world.url}/control/${name}`, { method: 'POST', body: JSON.stringify(body) })
  return { status: answer.status, ...((await answer.json()) as object) }
}

/** Graph, with the demo's token unless another is given. */
export async function graph(
  world: World,
  method: string,
  path: string,
  body?: object,
  token = demo.token,
): Promise<{ status: number; json: Record<string, unknown> & { error?: { code: number } } }> {
  const answer = await fetch(`${world.url}/v24.0/${path}`, {
    method,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    ...(body ? { body: JSON.stringify(body) } : {}),
  })
  return { status: answer.status, json: (await answer.json()) as never }
}
