import type { Group, JoinApprovalMode } from './group.ts'

/** The groups there are, and those that there were: who asks for one of these hears that it is gone. */
export class GroupShelf {
  readonly #groups = new Map<string, Group>()
  readonly #byLink = new Map<string, Group>()
  readonly #ofNumbers = new Map<string, Set<Group>>()
  #sequence = 0

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
    this.#groups.set(group.id, group)
    const own = this.#ofNumbers.get(phoneNumberId) ?? new Set()
    this.#ofNumbers.set(phoneNumberId, own.add(group))
    this.newLink(group)
    return group
  }

  /** The link before it leads nowhere any more. */
  newLink(group: Group): string {
    this.#sequence += 1
    this.#byLink.delete(group.inviteLink)
    const code = Bun.hash(`${group.id}${this.#sequence}`).toString(36).padStart(13, '0')
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

  /** Of a request about a group, or of one to join. */
  newRequestId(kind: 'request' | 'join'): string {
    this.#sequence += 1
    const words = `${kind} ${this.#sequence}`
    return kind === 'request' ? Bun.hash(words).toString(16).toUpperCase().padStart(16, '0') : btoa(words)
  }
}
