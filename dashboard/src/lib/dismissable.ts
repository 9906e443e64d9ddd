/** A `<details>` that closes like a menu: by Escape (the focus returns), by a press or a focus elsewhere, by a choice. */
export function dismissable(details: HTMLDetailsElement): () => void {
  const summary = details.querySelector('summary')
  const onOutside = (event: Event) => {
    if (event.target instanceof Node && !details.contains(event.target)) details.open = false
  }
  const onEscape = (event: KeyboardEvent) => {
    if (event.key !== 'Escape' || !details.open) return
    event.preventDefault()
    event.stopPropagation()
    details.open = false
    summary?.focus()
  }
  document.addEventListener('pointerdown', onOutside)
  document.addEventListener('focusin', onOutside)
  details.addEventListener('keydown', onEscape)
  return () => {
    document.removeEventListener('pointerdown', onOutside)
    document.removeEventListener('focusin', onOutside)
    details.removeEventListener('keydown', onEscape)
  }
}
