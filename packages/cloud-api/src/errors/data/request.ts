import { row } from './define.ts'

const correctRequest: [string, string, string] = [
  'Un dato del mensaje no es válido. Corrige el campo que indica el detalle y envíalo de nuevo.',
  'Um dado da mensagem não é válido. Corrija o campo indicado no detalhe e envie de novo.',
  'A part of the message is not valid. Correct the field that the detail names, and send it again.',
]
const missing: [string, string, string] = [
  'Falta un dato obligatorio del mensaje. El detalle dice cuál.',
  'Falta um dado obrigatório da mensagem. O detalhe diz qual.',
  'A required part of the message is missing. The detail says which.',
]
const otherEndpoint: [string, string, string] = [
  'Esta plantilla de marketing debe enviarse por el canal de mensajes de marketing de Meta.',
  'Este modelo de marketing precisa ser enviado pelo canal de mensagens de marketing da Meta.',
  "This marketing template must be sent through Meta's marketing messages endpoint.",
]

/** What we asked for is wrong, and would be wrong again. */
export const requestErrors = [
  row(100, 'Invalid parameter', 'fix-request', 'request', 400, 'answer', correctRequest),
  row(192, 'Invalid phone number', 'fix-request', 'request', 400, 'answer', correctRequest),
  row(506, 'Duplicate post', 'fix-request', 'request', 400, 'answer', correctRequest),
  row(803, 'Object not found', 'fix-request', 'request', 404, 'answer', correctRequest),
  row(131008, 'Required parameter is missing', 'fix-request', 'request', 400, 'answer', missing),
  row(131009, 'Parameter value is not valid', 'fix-request', 'request', 400, 'either', correctRequest),
  row(131021, 'Recipient cannot be sender', 'fix-request', 'request', 400, 'either', [
    'El destinatario es el mismo número que envía. Elige otro destinatario.',
    'O destinatário é o próprio número que envia. Escolha outro destinatário.',
    'The recipient is the sending number itself. Choose another recipient.',
  ]),
  row(131051, 'Unsupported message type', 'fix-request', 'request', 400, 'either', [
    'WhatsApp no admite este tipo de mensaje aquí. Usa otro tipo.',
    'O WhatsApp não aceita este tipo de mensagem aqui. Use outro tipo.',
    'WhatsApp does not take this type of message here. Use another one.',
  ]),
  row(
    131052,
    'Media download error',
    'retry',
    'request',
    400,
    'either',
    [
      'No se pudo descargar el archivo. Revisa el enlace o pide que lo envíen de nuevo.',
      'Não foi possível baixar o arquivo. Verifique o link ou peça que enviem de novo.',
      'The file could not be downloaded. Check its link, or ask for it again.',
    ],
    { triesMax: 2 },
  ),
  row(131053, 'Media upload error', 'fix-request', 'request', 400, 'either', [
    'Meta no pudo usar el archivo: revisa su tipo, su tamaño y que el enlace sea público.',
    'A Meta não pôde usar o arquivo: verifique o tipo, o tamanho e se o link é público.',
    'Meta could not use the file: check its type, its size, and that its link is public.',
  ]),
  row(131055, 'Method not allowed', 'fix-request', 'request', 400, 'answer', correctRequest),
  row(
    131061,
    'Template must be sent with the marketing messages endpoint',
    'fix-request',
    'request',
    400,
    'answer',
    otherEndpoint,
  ),
  row(
    131062,
    'Business-scoped user ids are not supported for this message',
    'fix-request',
    'request',
    400,
    'answer',
    [
      'Este mensaje solo puede enviarse a un número de teléfono, y del contacto solo se conoce su id de usuario.',
      'Esta mensagem só pode ser enviada a um número de telefone, e do contato só se conhece o id de usuário.',
      'This message can only go to a phone number, and only the user id of the contact is known.',
    ],
  ),
  row(
    131063,
    'Marketing templates are disabled on the Cloud API',
    'fix-request',
    'request',
    400,
    'answer',
    otherEndpoint,
  ),
  row(135000, 'Generic user error', 'fix-request', 'request', 400, 'either', correctRequest),
  row(139200, 'Direct Send access blocked', 'fix-request', 'policy', 400, 'answer', [
    'Meta bloqueó el envío directo sin plantilla de esta cuenta. Usa una plantilla aprobada.',
    'A Meta bloqueou o envio direto sem modelo desta conta. Use um modelo aprovado.',
    'Meta has blocked sending without a template for this account. Use an approved template.',
  ]),
]
