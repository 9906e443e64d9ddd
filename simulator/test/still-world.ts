import { expect } from 'bun:test'
import { parseWebhook } from '@palomar/cloud-api'
import { demo, startWorld, type World } from './harness.ts'

export interface Answer {
  status: number
  json: Record<string, unknown>
  error: { code: number; details: string } | undefined
}

export type Graph = (method: string, path: string, body?: unknown, token?: string) => Promise<Answer>

export const newYear = Date.UTC(2026, 0, 1)

/** A world whose time stands, and Graph as its clients see it. */
export function startStillWorld(options: Parameters<typeof startWorld>[0] = {}): {
  world: World
  graph: Graph
} {
  const world = startWorld({ virtualClockFrom: newYear, ...options })
  return {
    world,
    graph: async (method, path, body, token = demo.token) => {
      const isForm = body instanceof FormData
      const response = await fetch(`${world.url}/v24.0/${path}`, {
        method,
        headers: {
          authorization: `Bearer ${token}`,
          ...(isForm || body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body: isForm ? body : JSON.stringify(body) }),
      })
      const json = (await response.json()) as Answer['json']
      const error = json.error as { code: number; error_data?: { details: string } } | undefined
      return {
        status: response.status,
        json,
        error: error && { code: error.code, details: error.error_data?.details ?? '' },
      }
    },
  }
}

/** Values of a field, in the order in which they came. */
export const valuesOf = (world: World, field: string): Record<string, unknown>[] =>
  world.delivered.flatMap(({ bytes }) => {
    const { entry } = JSON.parse(new TextDecoder().decode(bytes)) as {
      entry: { changes: { field: string; value: Record<string, unknown> }[] }[]
    }
    return entry.flatMap(({ changes }) =>
      changes.filter((one) => one.field === field).map((one) => one.value),
    )
  })

/** Every body was signed right, and is read whole by our own reader: nothing in it that it does not know. */
export function expectAllUnderstood(world: World): void {
  expect(world.badSignatures).toBe(0)
  for (const { bytes } of world.delivered) {
    const reading = parseWebhook(bytes)
    if (!reading.ok) throw new Error(`not read: ${reading.reason}`)
    expect([...reading.unknown, ...reading.changes.flatMap(({ unknown }) => unknown)]).toEqual([])
  }
}
