import type { Conversation, Message, NumberResource, Page } from './api-types.ts'
import { CallError, call } from './client.ts'
import { byLastMessage, byTime, foldInto, withLastState } from './fold.ts'
import type { LiveEvent } from './live.svelte.ts'
import { type ContactIdentity, recipientOf } from './recipient.ts'

export interface InboxFilter {
  number_id: string
  unread: boolean
}

/** The conversations on screen and the open thread; live events and answers fold into the same place. */
export class Inbox {
  conversations = $state.raw<Conversation[]>([])
  nextCursor = $state<string | null>(null)
  messages = $state.raw<Message[]>([])
  earlierCursor = $state<string | null>(null)
  numbers = $state.raw<NumberResource[]>([])
  openId = $state('')
  filter = $state<InboxFilter>({ number_id: '', unread: false })
  loading = $state(false)
  error = $state<CallError | undefined>()

  open = $derived(this.conversations.find((conversation) => conversation.id === this.openId))

  /** Called with what the server rendered, and again after a filter or company change. */
  seed(page: Page<Conversation>, numbers: NumberResource[], filter: InboxFilter): void {
    this.conversations = foldInto([], page.data, byLastMessage)
    this.nextCursor = page.next_cursor
    this.numbers = numbers
    this.filter = filter
  }

  show(conversation: Conversation, page: Page<Message>): void {
    this.openId = conversation.id
    this.conversations = foldInto(this.conversations, [conversation], byLastMessage)
    this.messages = foldInto([], page.data, byTime)
    this.earlierCursor = page.next_cursor
  }

  leave(): void {
    this.openId = ''
    this.messages = []
  }

  /** What came while a reload was under way: its answer may be older. */
  #meanwhile: LiveEvent[] | undefined

  take(event: LiveEvent): void {
    this.#meanwhile?.push(event)
    if (event.kind.startsWith('message.')) this.#takeMessage(event.data as Message)
    if (event.kind === 'conversation.updated') this.#takeConversation(event.data as Conversation)
  }

  /** Frames were missed: what is on screen is read again, and what came meanwhile is folded in once more. */
  async reload(): Promise<void> {
    const meanwhile: LiveEvent[] = []
    this.#meanwhile = meanwhile
    try {
      await this.#readAgain()
    } finally {
      if (this.#meanwhile === meanwhile) this.#meanwhile = undefined
    }
    for (const event of meanwhile) this.take(event)
  }

  async #readAgain(): Promise<void> {
    const page = await call<Page<Conversation>>('GET', `conversations?${this.#query()}`)
    this.conversations = foldInto(this.conversations, page.data, byLastMessage)
    const { openId } = this
    if (!openId) return
    const thread = await call<Page<Message>>('GET', `conversations/${openId}/messages?limit=50`)
    if (this.openId === openId) this.messages = foldInto(this.messages, thread.data, byTime)
  }

  async loadMore(): Promise<void> {
    if (!this.nextCursor || this.loading) return
    await this.#guard(async () => {
      const page = await call<Page<Conversation>>('GET', `conversations?${this.#query(this.nextCursor)}`)
      this.conversations = foldInto(this.conversations, page.data, byLastMessage)
      this.nextCursor = page.next_cursor
    })
  }

  async loadEarlier(): Promise<void> {
    if (!this.earlierCursor || this.loading) return
    await this.#guard(async () => {
      const query = new URLSearchParams({ limit: '50', cursor: this.earlierCursor ?? '' })
      const page = await call<Page<Message>>('GET', `conversations/${this.openId}/messages?${query}`)
      this.messages = foldInto(this.messages, page.data, byTime)
      this.earlierCursor = page.next_cursor
    })
  }

  /**
   * Sends in the open conversation. The answer holds the whole message, which shows at once. `key` makes a
   * second press, or a retry after a lost answer, the same message.
   */
  async send(content: Record<string, unknown>, key: string): Promise<void> {
    const conversation = this.open
    if (!conversation) return
    const body = { number_id: conversation.number_id, ...(await this.#recipientOf(conversation)), ...content }
    const message = await call<Message>('POST', 'messages', body, { 'idempotency-key': key })
    if (this.openId === conversation.id) this.messages = foldInto(this.messages, [message], byTime)
  }

  /** Who shows no phone is looked up once more: the list carries no ids. */
  async #recipientOf({ contact, number_id }: Conversation) {
    const known = recipientOf(contact)
    if (known) return known
    const { identities } = await call<{ identities: ContactIdentity[] }>('GET', `contacts/${contact.id}`)
    const number = this.numbers.find(({ id }) => id === number_id)
    return recipientOf(contact, identities, number?.portfolio_id)
  }

  async markRead(id: string): Promise<void> {
    const conversation = await call<Conversation>('POST', `conversations/${id}/read`, {})
    this.#takeConversation(conversation)
  }

  #takeMessage(message: Message): void {
    const belongs =
      message.conversation_id === this.openId || this.messages.some((held) => held.id === message.id)
    if (this.openId && belongs) this.messages = foldInto(this.messages, [message], byTime)
    // A conversation's own version does not move with the ticks of its last message.
    this.conversations = this.conversations.map((held) => withLastState(held, message))
  }

  #takeConversation(conversation: Conversation): void {
    const shown = this.conversations.some((held) => held.id === conversation.id)
    const fits = !this.filter.number_id || conversation.number_id === this.filter.number_id
    if (shown || fits) this.conversations = foldInto(this.conversations, [conversation], byLastMessage)
  }

  #query(cursor?: string | null): URLSearchParams {
    const query = new URLSearchParams({ limit: '50' })
    if (this.filter.number_id) query.set('number_id', this.filter.number_id)
    if (this.filter.unread) query.set('unread', 'true')
    if (cursor) query.set('cursor', cursor)
    return query
  }

  async #guard(work: () => Promise<void>): Promise<void> {
    this.loading = true
    this.error = undefined
    try {
      await work()
    } catch (error) {
      if (!(error instanceof CallError)) throw error
      this.error = error
    } finally {
      this.loading = false
    }
  }
}
