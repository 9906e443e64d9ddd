import { expect, test } from 'bun:test'
import type { Template } from './api-types.ts'
import { examplesOf, filled, preview, segmentsOf, variablesOf } from './template.ts'

const template = (text: string): Template => ({
  id: '1',
  name: 'order_ready',
  language: 'es',
  category: 'UTILITY',
  status: 'APPROVED',
  quality: null,
  rejected_reason: null,
  parameter_format: 'POSITIONAL',
  meta_waba_id: '40',
  number_ids: [],
  components: [{ type: 'BODY', text }],
})

test('TP3: numbered variables are shown in order and sent by position', () => {
  const order = template('Hola {{1}}, tu pedido {{2}} está listo, {{1}}.')
  expect(variablesOf(order)).toEqual(['1', '2'])
  expect(preview(order, ['Ana', ''])).toBe('Hola Ana, tu pedido {{2}} está listo, Ana.')
  expect(filled(order, ['Ana', '42'])).toEqual({
    name: 'order_ready',
    language: { code: 'es' },
    components: [
      {
        type: 'body',
        parameters: [
          { type: 'text', text: 'Ana' },
          { type: 'text', text: '42' },
        ],
      },
    ],
  })
})

test('TP3: named variables carry their name', () => {
  const parameters = filled(template('Hola {{ name }}'), ['Ana']).components as { parameters: unknown[] }[]
  expect(parameters[0]?.parameters).toEqual([{ type: 'text', parameter_name: 'name', text: 'Ana' }])
})

test('M16: a template without variables is sent without components', () => {
  expect(filled(template('Hello World'), [])).toEqual({ name: 'order_ready', language: { code: 'es' } })
})

test('TP3: the examples that Meta has stand for the variables', () => {
  const order = template('Hola {{1}}, tu pedido {{2}}')
  order.components[0] = { ...order.components[0], type: 'BODY', example: { body_text: [['Ana', '42']] } }
  expect(examplesOf(order)).toEqual({ '1': 'Ana', '2': '42' })
})

test('TP3: a preview marks variables and WhatsApp’s own marks, and leaves other text as it is', () => {
  expect(segmentsOf('*Hola* {{order_id}}, 2 * 3 = 6')).toEqual([
    { kind: 'bold', text: 'Hola' },
    { kind: 'plain', text: ' ' },
    { kind: 'variable', text: 'order_id' },
    { kind: 'plain', text: ', 2 * 3 = 6' },
  ])
})
