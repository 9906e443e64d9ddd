import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import type { KeptGroup } from '../groups/shelf.ts'
import type { KeptAcquaintance } from '../people/acquaintances.ts'
import { customer } from './seed.ts'
import type { Chat, Customer } from './types.ts'
import type { World } from './world.ts'

interface Kept {
  chats: (Chat & { lastInboundAt?: number; lastCallAt?: number })[]
  customers: (Partial<Customer> & { known?: KeptAcquaintance | undefined })[]
  formerOwners?: [waId: string, owners: number][]
  groups?: (KeptGroup & { lastInboundAt: number })[]
}

const chatsKept = 200

/** Chats, windows and customers of an earlier run; a file that does not parse is as good as none. */
export function restoreWorld(world: World, file: string): void {
  if (!existsSync(file)) return
  try {
    const kept = JSON.parse(readFileSync(file, 'utf8')) as Kept
    for (const [waId, owners] of kept.formerOwners ?? []) world.people.left(waId, owners - 1)
    for (const { known, ...person } of kept.customers) {
      const { waId = '', userId = '', name = '' } = person
      if (waId === '' || userId === '') continue
      const restored = { ...customer(waId, userId, name), ...person }
      world.addCustomer(restored)
      if (known) world.people.acquaintances.restore(restored, known)
    }
    for (const { lastInboundAt, lastCallAt, ...chat } of kept.chats) {
      world.chats.restore({ ...chat, isOpen: false, typingUntil: 0 })
      if (lastInboundAt) world.chats.wrote(chat.phoneNumberId, chat.waId, lastInboundAt)
      if (lastCallAt) world.chats.called(chat.phoneNumberId, chat.waId, lastCallAt)
    }
    for (const { lastInboundAt, ...group } of kept.groups ?? []) {
      world.groups.restore(group)
      if (lastInboundAt) world.chats.wrote(group.phoneNumberId, group.id, lastInboundAt)
    }
  } catch {
    // Only a demo's memory: it starts anew.
  }
}

/** Whole or not at all: written beside, then renamed. */
export function keepWorld(world: World, file: string): void {
  const chats = world.chats.latest(chatsKept).map((chat) => ({
    ...chat,
    lastInboundAt: world.chats.lastInboundAt(chat.phoneNumberId, chat.waId) ?? 0,
    lastCallAt: world.chats.lastCallAt(chat.phoneNumberId, chat.waId) ?? 0,
  }))
  const { acquaintances, formerOwners } = world.people
  const people = new Set(chats.flatMap((chat) => world.customers.get(chat.waId) ?? []))
  const customers = [...people].map((person) => ({ ...person, known: acquaintances.kept(person) }))
  const groups = world.groups.kept().map((group) => ({
    ...group,
    lastInboundAt: world.chats.lastInboundAt(group.phoneNumberId, group.id) ?? 0,
  }))
  writeFileSync(`${file}.new`, JSON.stringify({ chats, customers, formerOwners, groups } satisfies Kept))
  renameSync(`${file}.new`, file)
}
