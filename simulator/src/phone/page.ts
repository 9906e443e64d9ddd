/// <reference lib="dom" />
import type { ChatView, Overview } from '../control/view.ts'
import { languages, type Words } from './words.ts'

export type Json = Record<string, unknown>
export const objectOf = (value: unknown): Json =>
  typeof value === 'object' && value !== null ? (value as Json) : {}
export const textOf = (value: unknown): string => (typeof value === 'string' ? value : '')

export type Shown = ChatView['messages'][number]

export function byId<T extends HTMLElement>(id: string): T {
  const found = document.getElementById(id)
  if (!found) throw new Error(`the page has no #${id}`)
  return found as T
}

/** What the page knows; drawn by phone.ts and panel.ts. */
export const page: { words: Words; language: string; world: Overview | undefined } = {
  words: languages.es as Words,
  language: 'es',
  world: undefined,
}

type Child = Node | string | false | undefined

export function element<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Record<string, string> = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag)
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value)
  made.append(...children.filter((child) => child !== undefined && child !== false))
  return made
}

export function button(
  label: string,
  act: () => unknown,
  attributes: Record<string, string> = {},
): HTMLButtonElement {
  const made = element('button', { type: 'button', ...attributes }, label)
  made.addEventListener('click', () => void act())
  return made
}

/** Asks the simulator; what went wrong is said in the panel. */
export async function control<T>(path: string, body?: unknown): Promise<T> {
  const init =
    body === undefined
      ? {}
      : { method: 'POST', body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }
  const response = await fetch(`/control/${path}`, init).catch(() => undefined)
  const answer = (await response?.json().catch(() => undefined)) as (T & { error?: string }) | undefined
  const problem = response?.ok && answer ? '' : (answer?.error ?? page.words.offline)
  say(problem)
  if (problem !== '' || !answer) throw new Error(problem)
  return answer
}

export function say(problem: string): void {
  const place = byId('problem')
  place.hidden = problem === ''
  place.textContent = problem
}
