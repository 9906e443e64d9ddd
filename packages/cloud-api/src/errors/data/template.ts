import { hourMs, row } from './define.ts'

const parameters: [string, string, string] = [
  'Los parámetros no corresponden a la plantilla. Revisa cuántos pide y de qué tipo es cada uno.',
  'Os parâmetros não correspondem ao modelo. Verifique quantos ele pede e o tipo de cada um.',
  'The parameters do not fit the template. Check how many it takes and of which kind each is.',
]

/** The template, its words and its holes. */
export const templateErrors = [
  row(
    132000,
    'Number of parameters does not match the expected number of params',
    'fix-request',
    'template',
    400,
    'answer',
    parameters,
  ),
  row(132001, 'Template name does not exist in the translation', 'fix-request', 'template', 404, 'answer', [
    'La plantilla no existe en ese idioma o no está aprobada. Sincroniza las plantillas y revisa nombre e idioma.',
    'O modelo não existe nesse idioma ou não está aprovado. Sincronize os modelos e verifique nome e idioma.',
    'The template does not exist in that language or is not approved. Sync the templates; check its name and language.',
  ]),
  row(132005, 'Translated text too long', 'fix-request', 'template', 400, 'either', [
    'El texto queda demasiado largo con estos parámetros. Acórtalos.',
    'O texto fica longo demais com estes parâmetros. Encurte-os.',
    'With these parameters the text is too long. Shorten them.',
  ]),
  row(132007, 'Template format character policy violated', 'pause-template', 'template', 400, 'either', [
    'La plantilla contiene algo que las políticas de WhatsApp no permiten. Edítala y espera su aprobación.',
    'O modelo contém algo que as políticas do WhatsApp não permitem. Edite-o e espere a aprovação.',
    'The template holds something that WhatsApp’s policies do not allow. Edit it and wait for its approval.',
  ]),
  row(132008, 'Parameter value is not valid', 'fix-request', 'template', 400, 'answer', parameters),
  row(
    132012,
    'Parameter format does not match format in the created template',
    'fix-request',
    'template',
    400,
    'answer',
    parameters,
  ),
  row(132015, 'Template is paused', 'pause-template', 'template', 400, 'either', [
    'Meta pausó la plantilla por baja calidad. Mejora su texto o usa otra; no se puede enviar mientras tanto.',
    'A Meta pausou o modelo por baixa qualidade. Melhore o texto ou use outro; enquanto isso não pode ser enviado.',
    'Meta has paused the template for its low quality. Improve it or use another; meanwhile it cannot be sent.',
  ]),
  row(132016, 'Template is disabled', 'pause-template', 'template', 400, 'either', [
    'Meta desactivó la plantilla por calidad. Crea otra con otro contenido.',
    'A Meta desativou o modelo por qualidade. Crie outro com outro conteúdo.',
    'Meta has disabled the template for its quality. Create another with other content.',
  ]),
  row(132018, 'Template parameters are not valid', 'fix-request', 'template', 400, 'answer', parameters),
  row(132068, 'Flow is blocked', 'pause-template', 'template', 400, 'either', [
    'El flujo está bloqueado. Corrígelo en Meta.',
    'O fluxo está bloqueado. Corrija-o na Meta.',
    'The flow is blocked. Correct it at Meta.',
  ]),
  row(
    132069,
    'Flow is throttled',
    'defer',
    'limit',
    400,
    'either',
    [
      'El flujo está limitado a 10 mensajes por hora. Esperamos y seguimos solos.',
      'O fluxo está limitado a 10 mensagens por hora. Esperamos e continuamos sozinhos.',
      'The flow is limited to 10 messages an hour. We wait and go on by ourselves.',
    ],
    { waitMs: hourMs },
  ),
  row(
    134101,
    'Template is still syncing',
    'defer',
    'template',
    400,
    'answer',
    [
      'La plantilla todavía se está sincronizando en Meta. Reintentamos en unos minutos.',
      'O modelo ainda está sendo sincronizado na Meta. Tentamos de novo em alguns minutos.',
      'The template is still syncing at Meta. We try again in some minutes.',
    ],
    { waitMs: hourMs / 6 },
  ),
]
