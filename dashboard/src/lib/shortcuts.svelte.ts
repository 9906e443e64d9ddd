/** One thing that keys do. `keys` is a key, two pressed after each other (`g i`), or with ⌘ or Ctrl (`mod+k`). */
export interface Shortcut {
  keys: string
  label: () => string
  group: 'everywhere' | 'lists' | 'inbox'
  /** Returns false when there was nothing to do: the key then keeps its usual meaning. */
  run(): unknown
}

/** How long after `g` its letter may come. */
const sequenceMs = 1_500
const storageKey = 'palomar_shortcuts'

/** What the keys do right now; pages add theirs while they are on screen. */
export class Shortcuts {
  held = $state.raw<Shortcut[]>([])
  /** Single keys can be turned off for those whose tools type by themselves (WCAG 2.1.4). */
  isOn = $state(true)

  #first = ''
  #firstAt = 0

  constructor() {
    if (typeof localStorage === 'object') this.isOn = localStorage.getItem(storageKey) !== 'off'
  }

  turn(isOn: boolean): void {
    this.isOn = isOn
    localStorage.setItem(storageKey, isOn ? 'on' : 'off')
  }

  /** Adds them until the returned function is called. */
  add(shortcuts: Shortcut[]): () => void {
    this.held = [...this.held, ...shortcuts]
    return () => {
      this.held = this.held.filter((one) => !shortcuts.includes(one))
    }
  }

  press(event: KeyboardEvent): void {
    if (event.defaultPrevented || event.isComposing || event.altKey) return
    const found = this.#find(this.#keysOf(event))
    if (found && found.run() !== false) event.preventDefault()
  }

  /** What was pressed, as shortcuts are written; empty when it is not for them. */
  #keysOf(event: KeyboardEvent): string {
    if (event.metaKey || event.ctrlKey) return `mod+${event.key.toLowerCase()}`
    const target = event.target instanceof Element ? event.target : undefined
    const isTyping = target?.closest('input:not([type=checkbox]), textarea, select, [contenteditable]')
    if (!this.isOn || isTyping || document.querySelector('dialog[open]')) return ''
    const sequence = event.timeStamp - this.#firstAt < sequenceMs ? `${this.#first} ${event.key}` : ''
    const isSequence = this.#find(sequence) !== undefined
    this.#first = isSequence ? '' : event.key
    this.#firstAt = event.timeStamp
    return isSequence ? sequence : event.key
  }

  #find(keys: string): Shortcut | undefined {
    return this.held.findLast((one) => one.keys === keys)
  }
}

/** Moves the focus through the rows on screen, from the focused one or else from the open one. */
export function walkRows(step: 1 | -1): boolean {
  const rows = [...document.querySelectorAll<HTMLElement>('[data-row]')].filter((row) => row.offsetParent)
  const focused = rows.findIndex((row) => row.contains(document.activeElement))
  const at = focused >= 0 ? focused : rows.findIndex((row) => row.getAttribute('aria-current') === 'true')
  const next = rows[Math.min(rows.length - 1, Math.max(0, at + step))]
  next?.focus()
  next?.scrollIntoView({ block: 'nearest' })
  return next !== undefined
}

/** Clicks the way back of the pane or page on top; false when there is none. */
export function goBack(): boolean {
  const back = [...document.querySelectorAll<HTMLElement>('[data-back]')].at(-1)
  back?.click()
  return back !== undefined
}

export function focusOn(selector: string): boolean {
  const field = document.querySelector<HTMLElement>(selector)
  field?.focus()
  return field !== null
}
