import { describe, expect, test } from 'bun:test'
import { type OwnedTemplate, templatePage } from './template-page.ts'

const template = (name: string, more: Partial<OwnedTemplate> = {}): OwnedTemplate => ({
  id: '1',
  name,
  language: 'es',
  category: 'UTILITY',
  status: 'APPROVED',
  parameterFormat: 'POSITIONAL',
  components: [{ type: 'BODY', text: `Texto de ${name}` }],
  wabaId: '40',
  numberIds: [],
  ...more,
})
const none = { status: '', category: '', language: '', query: '' }
const names = (page: { templates: OwnedTemplate[] }) => page.templates.map(({ name }) => name)

describe('the list of templates', () => {
  test('TP4: says which can be sent unless asked for another status, or for any', () => {
    const all = [template('b'), template('a', { status: 'REJECTED' }), template('c', { status: 'PAUSED' })]
    expect(names(templatePage(all, none, undefined))).toEqual(['b'])
    expect(names(templatePage(all, { ...none, status: 'paused' }, undefined))).toEqual(['c'])
    expect(names(templatePage(all, { ...none, status: 'ANY' }, undefined))).toEqual(['a', 'b', 'c'])
  })

  test('TP4: category, language and words narrow it', () => {
    const all = [
      template('hola'),
      template('oferta', { category: 'MARKETING' }),
      template('hello', { language: 'en' }),
    ]
    expect(names(templatePage(all, { ...none, category: 'marketing' }, undefined))).toEqual(['oferta'])
    expect(names(templatePage(all, { ...none, language: 'en' }, undefined))).toEqual(['hello'])
    expect(names(templatePage(all, { ...none, query: 'TEXTO DE HO' }, undefined))).toEqual(['hola'])
  })

  test('TP4: pages by key give each once, also when one is deleted between two pages', () => {
    const all = Array.from({ length: 7 }, (_, index) => template(`t${index}`, { id: String(index) }))
    const first = templatePage(all, none, { limit: 3, cursor: '' })
    const rest = all.filter(({ name }) => name !== 't2')
    const second = templatePage(rest, none, { limit: 3, cursor: first.nextCursor })
    const third = templatePage(rest, none, { limit: 3, cursor: second.nextCursor })
    expect([first, second, third].flatMap(names)).toEqual(['t0', 't1', 't2', 't3', 't4', 't5', 't6'])
    expect(third.nextCursor).toBe('')
  })

  test('TP4: a cursor of another list is refused', () => {
    expect(() => templatePage([], none, { limit: 3, cursor: 'bm9wZQ' })).toThrow('cursor')
  })
})
