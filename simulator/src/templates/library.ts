import type { TemplateComponent } from '@palomar/cloud-api'

interface LibraryTemplate {
  name: string
  category: string
  components: TemplateComponent[]
}

const body = (text: string, ...example: string[]): TemplateComponent => ({
  type: 'BODY',
  text,
  example: { body_text: [example] },
})

/** A few templates that need no review, by name and language. Meta's library has hundreds. */
const library: Readonly<Record<string, Readonly<Record<string, TemplateComponent[]>>>> = {
  delivery_update_1: {
    en_US: [body('Hi {{1}}, your order {{2}} is on its way to you.', 'Ann', 'A-17')],
    es: [body('Hola {{1}}, tu pedido {{2}} va en camino.', 'Ana', 'A-17')],
    pt_BR: [body('Olá {{1}}, seu pedido {{2}} está a caminho.', 'Ana', 'A-17')],
  },
  appointment_reminder_1: {
    en_US: [body('Hi {{1}}, this is to remind you of your appointment on {{2}} with us.', 'Ann', 'Monday')],
    es: [body('Hola {{1}}, te recordamos tu cita del {{2}} con nosotros.', 'Ana', 'lunes')],
    pt_BR: [body('Olá {{1}}, lembramos a sua consulta de {{2}} conosco.', 'Ana', 'segunda')],
  },
}

export function libraryTemplate(name: string, language: string): LibraryTemplate | undefined {
  const components = library[name]?.[language]
  return components ? { name, category: 'UTILITY', components } : undefined
}
