import { z } from 'zod'
import type { Control } from './control.ts'

/** One thing that can be done to the world: what it takes, and how it is done. `origin` is the simulator's own address. */
export interface Action {
  body: z.ZodType
  run(control: Control, body: never, origin: string): unknown
}

export const action = <T>(
  body: z.ZodType<T>,
  run: (control: Control, body: T, origin: string) => unknown,
): Action => ({
  body,
  run: run as Action['run'],
})

/** A chat: one number, one customer. */
export const place = { phone_number_id: z.string(), wa_id: z.string() }

type Given<T> = { [K in keyof T]: Exclude<T[K], undefined> }

/** The same object without what was not given, for callees whose optional members are absent rather than undefined. */
export function given<T extends object>(object: T): Given<T> {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as Given<T>
}
