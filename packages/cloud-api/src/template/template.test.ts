import { expect, test } from 'bun:test'
import {
  fitTemplate,
  holesIn,
  parseTemplatePage,
  renderTemplate,
  type TemplateComponent,
  type TemplateSend,
} from '../index.ts'

const order: TemplateComponent[] = [
  { type: 'HEADER', format: 'TEXT', text: 'Pedido {{1}}' },
  { type: 'BODY', text: 'Hola {{1}}, tu pedido {{2}} salió. {{1}}' },
  { type: 'FOOTER', text: 'Gracias' },
  {
    type: 'BUTTONS',
    buttons: [
      { type: 'QUICK_REPLY', text: 'Stop' },
      { type: 'URL', text: 'Seguir', url: 'https://x.co/t/{{1}}' },
    ],
  },
]
const text = (...texts: string[]) => texts.map((each) => ({ type: 'text' as const, text: each }))
const sendOf = (components: TemplateSend['components']): TemplateSend => ({
  name: 'order',
  language: { code: 'es' },
  ...(components ? { components } : {}),
})
const whole = sendOf([
  { type: 'header', parameters: text('A1') },
  { type: 'body', parameters: text('Ana', 'A1') },
  { type: 'button', sub_type: 'url', index: '1', parameters: text('a1') },
])

test('M16: hello_world needs no parameters', () => {
  expect(fitTemplate(sendOf(undefined), [{ type: 'BODY', text: 'Welcome' }])).toEqual({ ok: true })
})

test('M16: a template whose every hole is filled fits, and shows what the customer will see', () => {
  expect(fitTemplate(whole, order)).toEqual({ ok: true })
  expect(renderTemplate(order, whole)).toEqual({
    header: { kind: 'text', text: 'Pedido A1' },
    body: 'Hola Ana, tu pedido A1 salió. Ana',
    footer: 'Gracias',
    buttons: [
      { type: 'QUICK_REPLY', text: 'Stop' },
      { type: 'URL', text: 'Seguir', url: 'https://x.co/t/a1' },
    ],
  })
})

test('TP3: a preview without parameters shows the holes', () => {
  expect(renderTemplate(order).body).toBe('Hola {{1}}, tu pedido {{2}} salió. {{1}}')
  expect(holesIn('{{2}} {{1}} {{ 2 }}')).toEqual(['2', '1'])
})

const changed = (index: number, component: NonNullable<TemplateSend['components']>[number]): TemplateSend =>
  sendOf(whole.components?.map((each, i) => (i === index ? component : each)))

test.each<[string, TemplateSend, object]>([
  [
    'none at all',
    sendOf(undefined),
    {
      code: 132000,
      detail: 'header: number of localizable_params (0) does not match the expected number of params (1)',
    },
  ],
  [
    'one too few',
    changed(1, { type: 'body', parameters: text('Ana') }),
    { code: 132000, path: 'template.components[1].parameters' },
  ],
  ['one too many', changed(1, { type: 'body', parameters: text('a', 'b', 'c') }), { code: 132000 }],
  [
    'an image for a text',
    changed(0, { type: 'header', parameters: [{ type: 'image', image: { id: '1' } }] }),
    { code: 132012, path: 'template.components[0].parameters[0]' },
  ],
  [
    'no URL suffix',
    sendOf(whole.components?.slice(0, 2)),
    { code: 132012, detail: 'button: the button at index 1 requires a parameter' },
  ],
  [
    'a button that is not there',
    sendOf([...(whole.components ?? []), { type: 'button', sub_type: 'quick_reply', index: 5 }]),
    { code: 132000, path: 'template.components[3]' },
  ],
  [
    'a button of another kind',
    changed(2, {
      type: 'button',
      sub_type: 'quick_reply',
      index: 1,
      parameters: [{ type: 'payload', payload: 'x' }],
    }),
    { code: 132012 },
  ],
  [
    'text beyond the body',
    changed(1, { type: 'body', parameters: text('x'.repeat(1020), 'A1') }),
    { code: 132005 },
  ],
])('M16: %s does not fit', (_, send, fit) => {
  expect(fitTemplate(send, order)).toMatchObject({ ok: false, ...fit })
})

test('M16: named holes want their names', () => {
  const named: TemplateComponent[] = [{ type: 'BODY', text: 'Hi {{first_name}}' }]
  const send = (parameter_name?: string) =>
    sendOf([
      {
        type: 'body',
        parameters: [{ type: 'text', text: 'Ann', ...(parameter_name ? { parameter_name } : {}) }],
      },
    ])
  expect(fitTemplate(send('first_name'), named).ok).toBe(true)
  expect(renderTemplate(named, send('first_name')).body).toBe('Hi Ann')
  expect(fitTemplate(send(), named)).toMatchObject({ code: 132012 })
  expect(fitTemplate(send('other'), named)).toMatchObject({ code: 132012 })
})

test('a media header wants its own kind; a login code fills body and button', () => {
  const image: TemplateComponent[] = [
    { type: 'HEADER', format: 'IMAGE' },
    { type: 'BODY', text: 'x' },
  ]
  expect(
    fitTemplate(sendOf([{ type: 'header', parameters: [{ type: 'image', image: { id: '1' } }] }]), image).ok,
  ).toBe(true)
  expect(fitTemplate(sendOf(undefined), image)).toMatchObject({ code: 132000 })
  const code: TemplateComponent[] = [
    { type: 'BODY', add_security_recommendation: true },
    { type: 'BUTTONS', buttons: [{ type: 'OTP', otp_type: 'COPY_CODE' }] },
  ]
  const body = { type: 'body' as const, parameters: text('123456') }
  const button = { type: 'button' as const, sub_type: 'url' as const, index: '0', parameters: text('123456') }
  expect(fitTemplate(sendOf([body, button]), code).ok).toBe(true)
  expect(fitTemplate(sendOf([body]), code)).toMatchObject({ code: 132012 })
})

test('every card of a carousel is looked at', () => {
  const card = {
    components: [
      { type: 'HEADER', format: 'IMAGE' },
      { type: 'BODY', text: 'Uno {{1}}' },
    ],
  }
  const carousel: TemplateComponent[] = [
    { type: 'BODY', text: 'Mira' },
    { type: 'CAROUSEL', cards: [card, card] },
  ]
  const sent = (i: number, ...texts: string[]) => ({
    card_index: i,
    components: [
      { type: 'header' as const, parameters: [{ type: 'image' as const, image: { id: '1' } }] },
      { type: 'body' as const, parameters: text(...texts) },
    ],
  })
  expect(fitTemplate(sendOf([{ type: 'carousel', cards: [sent(0, 'a'), sent(1, 'b')] }]), carousel).ok).toBe(
    true,
  )
  expect(fitTemplate(sendOf([{ type: 'carousel', cards: [sent(0, 'a')] }]), carousel)).toMatchObject({
    code: 132000,
  })
  expect(fitTemplate(sendOf([{ type: 'carousel', cards: [sent(0, 'a'), sent(1)] }]), carousel)).toMatchObject(
    {
      path: 'template.components[0].cards[1].components[1].parameters',
    },
  )
})

test('a page of templates is read, what is no template in it is left out, what is no page is said', () => {
  const good = {
    id: '9',
    name: 'a',
    language: 'es',
    category: 'UTILITY',
    status: 'APPROVED',
    parameter_format: 'NAMED',
    components: [{ type: 'BODY', text: 'x' }, null, { text: 'y' }],
  }
  expect(parseTemplatePage({ data: [good, null, { name: 7 }], paging: { cursors: { after: 'z' } } })).toEqual(
    {
      templates: [
        {
          id: '9',
          name: 'a',
          language: 'es',
          category: 'UTILITY',
          status: 'APPROVED',
          parameterFormat: 'NAMED',
          components: [{ type: 'BODY', text: 'x' }],
        },
      ],
    },
  )
  expect(parseTemplatePage({})).toBeUndefined()
  expect(parseTemplatePage('<html>')).toBeUndefined()
})
