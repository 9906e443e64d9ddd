import { expect, test } from 'bun:test'
import type { RuleMatch } from '../../dashboard/src/lib/api-types.ts'
import { keywordsOf, wouldAnswer } from '../../dashboard/src/lib/rule-match.ts'
import { matchesText } from '../../services/automation/src/domain/match-rule.ts'

const keywords = [['horario'], ['horario de atención'], ['precio', 'costo'], ['👍'], ['¡!'], ['2x1'], ['não']]
const texts = [
  '¿Cuál es el HORÁRIO?',
  'horario de atencion, por favor',
  'horarios',
  'COSTO',
  'vale 👍🏽',
  '',
  'Nao!',
  '2X1',
]
const kinds: RuleMatch[] = ['any_word', 'exact', 'starts_with']

test('trying a rule out says what the service will do', () => {
  for (const match of kinds)
    for (const words of keywords)
      for (const text of texts)
        expect(`${match} ${words} ${text} ${wouldAnswer(match, words, text)}`).toBe(
          `${match} ${words} ${text} ${matchesText({ match, keywords: words }, text)}`,
        )
})

test('keywords are typed between commas or on lines, each counts once', () => {
  expect(keywordsOf(' horario, precio ,,\nhorario\n')).toEqual(['horario', 'precio'])
})
