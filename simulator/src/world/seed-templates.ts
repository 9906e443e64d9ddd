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
  const body = (text: string): TemplateComponent => ({ type: 'BODY', text })
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
      body('Hola {{1}}, tu pedido {{2}} está listo para recoger.'),
    ]),
    template(3, 'pedido_pronto', 'pt_BR', 'UTILITY', [
      body('Olá {{1}}, seu pedido {{2}} está pronto para retirada.'),
    ]),
    template(4, 'codigo_acceso', 'es', 'AUTHENTICATION', [body('Tu código es {{1}}. No lo compartas.')]),
    template(5, 'novedades', 'es', 'MARKETING', [
      body('{{1}}, esta semana hay novedades que te van a gustar.'),
      { type: 'FOOTER', text: 'Responde BAJA para no recibir más' },
    ]),
    template(6, 'confirmar_cita', 'es', 'UTILITY', [
      { type: 'HEADER', format: 'TEXT', text: 'Tu cita' },
      body('Hola {{1}}, te esperamos el {{2}}. ¿Podrás venir?'),
      replies('Sí, ahí estaré', 'No puedo', 'Cambiar la hora'),
    ]),
    template(7, 'seguir_envio', 'es', 'UTILITY', [
      body('Tu envío {{1}} va en camino.'),
      {
        type: 'BUTTONS',
        buttons: [{ type: 'URL', text: 'Seguir envío', url: 'https://example.com/envios/{{1}}' }],
      },
    ]),
  ]
}
