/** A press anywhere in a row opens it, as its link does; links and buttons inside keep their own meaning. */
export function opensRows(body: HTMLElement): () => void {
  const open = (event: MouseEvent) => {
    if (!(event.target instanceof Element) || event.target.closest('a, button, input, summary')) return
    if (document.getSelection()?.toString()) return
    event.target.closest('tr')?.querySelector<HTMLElement>('[data-row]')?.click()
  }
  body.addEventListener('click', open)
  return () => body.removeEventListener('click', open)
}
