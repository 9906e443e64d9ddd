import { expect } from 'bun:test'
import { type FieldName, type FieldValue, type ParsedChange, parseWebhook } from '@palomar/cloud-api'
import type { World } from './harness.ts'

/** Every change that came, typed; fails when a body holds anything that the library does not understand. */
export function understood(world: World): ParsedChange[] {
  return world.delivered.flatMap(({ bytes }) => {
    const reading = parseWebhook(bytes)
    if (!reading.ok) throw new Error(`not read: ${reading.reason}`)
    expect(reading.unknown).toEqual([])
    for (const change of reading.changes) {
      expect(change.unknown).toEqual([])
      expect(['unknown', 'unreadable']).not.toContain(change.kind)
    }
    return reading.changes
  })
}

/** The values of one field, in their order. */
export function valuesOf<K extends FieldName>(world: World, kind: K): FieldValue<K>[] {
  const isOfKind = (change: ParsedChange): change is ParsedChange & { value: FieldValue<K> } =>
    change.kind === kind
  return understood(world)
    .filter(isOfKind)
    .map(({ value }) => value)
}
