/** Appearance belongs to the browser, not to the account: it also serves the login page. */
export type Theme = 'light' | 'dark' | 'system'

async function save(fields: Record<string, string>): Promise<void> {
  await fetch('/session/preferences', { method: 'POST', body: new URLSearchParams(fields) }).catch(
    () => undefined,
  )
}

/** Shown at once, and kept in a cookie so that the next page comes in it. */
export async function setTheme(theme: Theme): Promise<void> {
  document.documentElement.dataset.theme = theme
  await save({ theme })
}

/** Every word changes: the page is loaded anew, where it was. */
export async function setLanguage(language: string): Promise<void> {
  await save({ language })
  location.reload()
}

export const setRail = (isSlim: boolean): Promise<void> => save({ rail: isSlim ? 'slim' : 'wide' })
