import { getContext, setContext } from 'svelte'
import type { LiveSocket } from './live.svelte.ts'
import type { Notifications } from './notifications.svelte.ts'
import type { Shortcuts } from './shortcuts.svelte.ts'

/** What every page inside the frame may use. */
export interface Frame {
  live: LiveSocket
  notifications: Notifications
  shortcuts: Shortcuts
}

const key = Symbol('frame')

export const setFrame = (frame: Frame): Frame => setContext(key, frame)
export const getFrame = (): Frame => getContext(key)
