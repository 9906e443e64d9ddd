import type { TemplateComponent } from '@palomar/cloud-api'
import type { Template } from './types.ts'

const welcome =
  'Welcome and congratulations!! This message demonstrates your ability to send a WhatsApp message notification from the Cloud API. Thank you for taking the time to test with us.'

/** What every account has from the start: Meta's own sample, and one of each kind in Spanish and Portuguese. */
export function seedTemplates(wabaId: string, index: number): Template[] {
  const template = (
    n: number,
    name: string,
    language: string,
    category: string,
    components: TemplateComponent[],
  ): Template => ({
    id: String(500_000_000_000_000 + index * 100 + n),
    wabaId,
    name,
    language,
    category,
    status: 'APPROVED',
    parameterFormat: 'POSITIONAL',
    components,
  })
  // Meta lists what the review was shown; pywa refuses holes without it.
  const body = (text: string, ...example: string[]): TemplateComponent => ({
    type: 'BODY',
    text,
    ...(example.length > 0 ? { example: { body_text: [example] } } : {}),
  })
  const replies = (...texts: string[]): TemplateComponent => ({
    type: 'BUTTONS',
    buttons: texts.map((text) => ({ type: 'QUICK_REPLY', text })),
  })
  return [
    template(1, 'hello_world', 'en_US', 'UTILITY', [
      { type: 'HEADER', format: 'TEXT', text: 'Hello World' },
      body(welcome),
      { type: 'FOOTER', text: 'WhatsApp Business Platform sample message' },
    ]),
    template(2, 'pedido_listo', 'es', 'UTILITY', [
      body('Hola {{1}}, tu pedido {{2}} está listo para recoger.', 'Ana', 'A-17'),
    ]),
    template(3, 'pedido_pronto', 'pt_BR', 'UTILITY', [
      body('Olá {{1}}, seu pedido {{2}} está pronto para retirada.', 'Ana', 'A-17'),
    ]),
    template(4, 'codigo_acceso', 'es', 'AUTHENTICATION', [
      body('Tu código es {{1}}. No lo compartas.', '482913'),
    ]),
    template(5, 'novedades', 'es', 'MARKETING', [
      body('{{1}}, esta semana hay novedades que te van a gustar.', 'Ana'),
      { type: 'FOOTER', text: 'Responde BAJA para no recibir más' },
    ]),
    template(6, 'confirmar_cita', 'es', 'UTILITY', [
      { type: 'HEADER', format: 'TEXT', text: 'Tu cita' },
      body('Hola {{1}}, te esperamos el {{2}}. ¿Podrás venir?', 'Ana', 'lunes 3 a las 10:00'),
      replies('Sí, ahí estaré', 'No puedo', 'Cambiar la hora'),
    ]),
    template(7, 'seguir_envio', 'es', 'UTILITY', [
      body('Tu envío {{1}} va en camino.', 'A-17'),
      {
        type: 'BUTTONS',
        buttons: [
          {
            type: 'URL',
            text: 'Seguir envío',
            url: 'https://example.com/envios/{{1}}',
            example: ['https://example.com/envios/A-17'],
          },
        ],
      },
    ]),
  ]
}
