import type { Notification } from './api-types.ts'
import { CallError, call } from './client.ts'
import type { LiveEvent, LiveListener } from './live.svelte.ts'

/** What this person should know of: the count in the frame, and whoever shows the list hears of new ones. */
export class Notifications implements LiveListener {
  unread = $state(0)
  /** The newest that came while the page was open. */
  arrived = $state.raw<Notification[]>([])

  #mayRead: boolean
  #seen = new Set<string>()

  constructor(mayRead: boolean) {
    this.#mayRead = mayRead
  }

  onEvent({ kind, data }: LiveEvent): void {
    if (kind !== 'notification.created') return
    const notification = data as Notification
    // The same frame may come twice.
    if (this.#seen.has(notification.id)) return
    this.#seen.add(notification.id)
    this.arrived = [notification, ...this.arrived].slice(0, 50)
    if (!notification.is_read) this.unread += 1
  }

  async onResync(): Promise<void> {
    if (!this.#mayRead) return
    try {
      this.unread = (await call<{ count: number }>('GET', 'notifications/unread-count')).count
    } catch (error) {
      // The count is an ornament: without it the socket stays as it is.
      if (!(error instanceof CallError)) throw error
    }
  }

  async markRead(notification: Notification): Promise<Notification> {
    if (notification.is_read) return notification
    const read = await call<Notification>('POST', `notifications/${notification.id}/read`, {})
    this.unread = Math.max(0, this.unread - 1)
    return read
  }

  async markAllRead(): Promise<void> {
    await call('POST', 'notifications/read-all', {})
    this.unread = 0
  }

  async remove(notification: Notification): Promise<void> {
    await call('DELETE', `notifications/${notification.id}`)
    if (!notification.is_read) this.unread = Math.max(0, this.unread - 1)
  }
}
