import type { Group, JoinApprovalMode, JoinRequest } from './group.ts'

export type KeptGroup = Omit<Group, 'participants' | 'joinRequests' | 'openBy'> & {
  participants: string[]
  joinRequests: JoinRequest[]
  openBy: never[]
}

/** The groups there are, and those that there were: who asks for one of these hears that it is gone. */
export class GroupShelf {
  readonly #groups = new Map<string, Group>()
  readonly #byLink = new Map<string, Group>()
  readonly #ofNumbers = new Map<string, Set<Group>>()
  #sequence = 0

  /** Of this run: ids must not come back after a restart. */
  constructor(readonly era: string) {}

  find(id: string): Group | undefined {
    return this.#groups.get(id)
  }

  byLink(link: string): Group | undefined {
    return this.#byLink.get(link)
  }

  /** Those that are not deleted, oldest first. */
  of(phoneNumberId: string): Group[] {
    return [...(this.#ofNumbers.get(phoneNumberId) ?? [])]
  }

  all(): Group[] {
    return [...this.#groups.values()].filter(({ isDeleted }) => !isDeleted)
  }

  make(
    phoneNumberId: string,
    digits: string,
    about: { subject: string; description: string; joinApprovalMode: JoinApprovalMode },
    at: number,
  ): Group {
    this.#sequence += 1
    // Base64 of a path of Meta's, as its samples are.
    const id = btoa(`capi_group:${digits}:${120_363_000_000_000_000n + BigInt(at * 1_000 + this.#sequence)}`)
    const group: Group = {
      ...about,
      id: id.replaceAll('=', ''),
      phoneNumberId,
      inviteLink: '',
      createdAt: at,
      isSuspended: false,
      isDeleted: false,
      participants: new Set(),
      joinRequests: new Map(),
      messages: [],
      openBy: new Set(),
    }
    this.newLink(group)
    this.#add(group)
    return group
  }

  /** The link before it leads nowhere any more. */
  newLink(group: Group): string {
    this.#sequence += 1
    this.#byLink.delete(group.inviteLink)
    const code = Bun.hash(`${group.id}${this.era}${this.#sequence}`).toString(36).padStart(13, '0')
    group.inviteLink = `https://chat.whatsapp.com/${code}${this.#sequence.toString(36)}`
    this.#byLink.set(group.inviteLink, group)
    return group.inviteLink
  }

  delete(group: Group): void {
    group.isDeleted = true
    group.participants.clear()
    group.joinRequests.clear()
    group.messages.length = 0
    this.#byLink.delete(group.inviteLink)
    this.#ofNumbers.get(group.phoneNumberId)?.delete(group)
  }

  /** For a file, and back from it. */
  kept(): KeptGroup[] {
    return this.all().map((group) => ({
      ...group,
      participants: [...group.participants],
      joinRequests: [...group.joinRequests.values()],
      openBy: [],
    }))
  }

  restore(kept: KeptGroup): void {
    const joinRequests = new Map(kept.joinRequests.map((request) => [request.id, request]))
    this.#add({ ...kept, participants: new Set(kept.participants), joinRequests, openBy: new Set() })
  }

  #add(group: Group): void {
    this.#groups.set(group.id, group)
    this.#byLink.set(group.inviteLink, group)
    const own = this.#ofNumbers.get(group.phoneNumberId) ?? new Set()
    this.#ofNumbers.set(group.phoneNumberId, own.add(group))
  }

  /** Of a request about a group, or of one to join. */
  newRequestId(kind: 'request' | 'join'): string {
    this.#sequence += 1
    const words = `${kind} ${this.era} ${this.#sequence}`
    return kind === 'request' ? Bun.hash(words).toString(16).toUpperCase().padStart(16, '0') : btoa(words)
  }
}
