import { expect, test } from 'bun:test'
import { Glob } from 'bun'
import en from '../../messages/en.json'
import es from '../../messages/es.json'
import pt from '../../messages/pt.json'

const placeholders = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map((match) => match[1]).sort()

test('CV8: Spanish, Portuguese and English have the same keys and placeholders, none empty', () => {
  for (const other of [pt, en] as Record<string, string>[]) {
    expect(Object.keys(other).sort()).toEqual(Object.keys(es).sort())
    for (const [key, text] of Object.entries(es as Record<string, string>)) {
      expect(other[key]?.trim()).not.toBe('')
      expect(placeholders(other[key] ?? '')).toEqual(placeholders(text))
    }
  }
})

test('CV8: every key is used somewhere, and every word of the pages comes from a key', async () => {
  const source = new URL('..', import.meta.url).pathname
  const used = new Set<string>()
  const loose: string[] = []
  for await (const path of new Glob('**/*.{svelte,ts}').scan(source)) {
    if (path.includes('paraglide/') || path.endsWith('.test.ts')) continue
    const text = await Bun.file(`${source}/${path}`).text()
    for (const match of text.matchAll(/\bm\.(\w+)/g)) used.add(match[1] ?? '')
    if (path.endsWith('.svelte')) loose.push(...looseWords(text).map((words) => `${path}: ${words}`))
  }
  const unused = Object.keys(es).filter((key) => !key.startsWith('$') && !used.has(key))
  expect(unused).toEqual([])
  expect(loose).toEqual([])
})

/** Text between tags that is no expression and no name: it would stay untranslated. */
function looseWords(source: string): string[] {
  const markup = source
    .replace(/<script[\s\S]*?<\/script>|<style[\s\S]*?<\/style>|<!--[\s\S]*?-->/g, '')
    .replace(/<code[\s\S]*?<\/code>|<kbd[\s\S]*?<\/kbd>|<option[\s\S]*?<\/option>/g, '')
  const names = ['Palomar']
  return [...markup.matchAll(/>([^<>{}]*\p{L}{3,}[^<>{}]*)</gu)]
    .map((match) => (match[1] ?? '').trim())
    .filter((words) => !names.includes(words))
}
