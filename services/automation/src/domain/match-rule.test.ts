import { describe, expect, test } from 'bun:test'
import { wordsOf } from './fold-text.ts'
import { firstMatch, type Match, matchesText } from './match-rule.ts'

const cases: [Match, string[], string, boolean][] = [
  ['any_word', ['horario'], '¿Cuál es el HORÁRIO?', true],
  ['any_word', ['horario'], 'horarios', false],
  ['any_word', ['horario de atención'], 'quiero el Horario de atencion, por favor', true],
  ['any_word', ['horario de atención'], 'horario atención', false],
  ['any_word', ['precio', 'costo'], 'que costo tiene', true],
  ['any_word', ['no'], 'nota', false],
  ['any_word', ['👍'], 'vale 👍🏽', true],
  ['any_word', ['2x1'], 'hay 2X1?', true],
  ['any_word', ['ação'], 'a ACAO começou', true],
  ['any_word', ['horario'], '', false],
  ['exact', ['menu'], ' Menú! ', true],
  ['exact', ['menu'], 'el menú', false],
  ['exact', ['buenos dias'], 'Buenos días', true],
  ['starts_with', ['hola'], 'Hola, ¿tienen pan?', true],
  ['starts_with', ['hola'], 'pues hola', false],
  ['starts_with', ['hola'], 'holaaa', false],
]

describe('a keyword', () => {
  test.each(cases)('%s %p in %p: %p', (match, keywords, text, expected) => {
    expect(matchesText({ match, keywords }, text)).toBe(expected)
  })

  test('without a word in it matches nothing', () => {
    for (const match of ['any_word', 'exact', 'starts_with'] as const)
      expect(matchesText({ match, keywords: ['¡!', ''] }, '¡!')).toBe(false)
  })

  test('words are folded the same however they were typed', () => {
    expect(wordsOf('São')).toEqual(wordsOf('São'))
    expect(wordsOf('ﬁn')).toEqual(['fin'])
    expect(wordsOf('İstanbul')).toEqual(['istanbul'])
    expect(wordsOf('zero​width')).toEqual(['zerowidth'])
  })
})

test('the first rule that matches and hears this number answers', () => {
  const rule = (id: string, numberIds: string[], keywords: string[]) => ({
    id,
    numberIds,
    keywords,
    match: 'any_word' as const,
  })
  const rules = [
    rule('a', ['n2'], ['hola']),
    rule('b', [], ['adios']),
    rule('c', ['n1'], ['hola']),
    rule('d', [], ['hola']),
  ]
  expect(firstMatch(rules, { numberId: 'n1', text: 'hola' })?.id).toBe('c')
  expect(firstMatch(rules, { numberId: 'n3', text: 'hola' })?.id).toBe('d')
  expect(firstMatch(rules, { numberId: 'n3', text: 'nada' })).toBeUndefined()
})
