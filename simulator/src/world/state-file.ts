import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import type { Chat, Customer } from './types.ts'
import type { World } from './world.ts'

interface Kept {
  chats: Chat[]
  customers: Customer[]
}

/** Chats and customers of an earlier run; a file that does not parse is as good as none. */
export function restoreWorld(world: World, file: string): void {
  if (!existsSync(file)) return
  try {
    const kept = JSON.parse(readFileSync(file, 'utf8')) as Kept
    for (const person of kept.customers) world.customers.set(person.waId, person)
    for (const chat of kept.chats)
      world.chats.set(`${chat.phoneNumberId}/${chat.waId}`, { ...chat, isOpen: false })
  } catch {
    // Only a demo's memory: it starts anew.
  }
}

/** Whole or not at all: written beside, then renamed. */
export function keepWorld(world: World, file: string): void {
  const chats = [...world.chats.values()].slice(-200)
  const customers = chats
    .map((chat) => world.customers.get(chat.waId))
    .filter((person) => person !== undefined)
  writeFileSync(`${file}.new`, JSON.stringify({ chats, customers } satisfies Kept))
  renameSync(`${file}.new`, file)
}
