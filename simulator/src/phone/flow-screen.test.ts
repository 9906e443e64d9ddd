import { expect, test } from 'bun:test'
import { partsOf, payloadOf } from './flow-screen.ts'

/** As Flow JSON names a value. */
const ref = (path: string) => `$\{${path}}`
const known = {
  form: { nombre: 'Ana', dias: ['lun'] },
  data: { saludo: 'Hola' },
  screen: { UNO: { form: { edad: '40' } } },
}

test('a screen’s components are drawn in their order, forms opened, with what is given filled in', () => {
  const children = [
    { type: 'TextHeading', text: `${ref('data.saludo')}, ¿qué día?` },
    {
      type: 'Form',
      children: [
        { type: 'TextInput', name: 'nombre', label: 'Nombre', 'input-type': 'email', required: true },
        {
          type: 'CheckboxGroup',
          name: 'dias',
          label: 'Días',
          'data-source': [{ id: 'lun', title: 'Lunes' }],
        },
        { type: 'Hologram', name: 'x' },
        { type: 'Footer', label: 'Seguir', 'on-click-action': { name: 'navigate', next: { name: 'DOS' } } },
      ],
    },
  ]
  expect(partsOf({ layout: { children } }, known)).toEqual([
    { kind: 'heading', text: 'Hola, ¿qué día?' },
    { kind: 'input', name: 'nombre', label: 'Nombre', input: 'email', isRequired: true },
    { kind: 'choice', name: 'dias', label: 'Días', options: [{ id: 'lun', title: 'Lunes' }], isMany: true },
    { kind: 'footer', label: 'Seguir', action: { name: 'navigate', next: { name: 'DOS' } } },
  ])
  expect(partsOf({}, known)).toEqual([])
})

test('an action hands on what was filled in on this screen and on those before, and its own words', () => {
  const payload = {
    nombre: ref('form.nombre'),
    dias: ref('form.dias'),
    edad: ref('screen.UNO.form.edad'),
    origen: 'anuncio',
  }
  expect(payloadOf({ payload }, known)).toEqual({
    nombre: 'Ana',
    dias: ['lun'],
    edad: '40',
    origen: 'anuncio',
  })
  expect(payloadOf({}, known)).toEqual({})
})
