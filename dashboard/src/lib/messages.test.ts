import { expect, test } from 'bun:test'
import en from '../../messages/en.json'
import es from '../../messages/es.json'
import pt from '../../messages/pt.json'

const placeholders = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map((match) => match[1]).sort()

test('Spanish, Portuguese and English have the same keys and placeholders, none empty', () => {
  for (const other of [pt, en] as Record<string, string>[]) {
    expect(Object.keys(other)).toEqual(Object.keys(es))
    for (const [key, text] of Object.entries(es as Record<string, string>)) {
      expect(other[key]?.trim()).not.toBe('')
      expect(placeholders(other[key] ?? '')).toEqual(placeholders(text))
    }
  }
})
