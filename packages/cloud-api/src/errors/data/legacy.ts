import type { ErrorEntry } from '../entry.ts'
import { family, row } from './define.ts'

/** Codes of older versions, and those that come with what customers send. */
export const legacyErrors: ErrorEntry[] = [
  ...family(
    { errorClass: 'fix-request', cause: 'request' },
    [
      'Un dato del mensaje no es válido. Corrige lo que indica el detalle y envíalo de nuevo.',
      'Um dado da mensagem não é válido. Corrija o que o detalhe indica e envie de novo.',
      'A part of the message is not valid. Correct what the detail names, and send it again.',
    ],
    [
      [131001, 'Message too long'],
      [131002, 'Invalid recipient type'],
      [131006, 'Resource not found'],
      [2494010, 'Parameter problem of an older version'],
    ],
  ),
  row(131060, 'This message is unavailable', 'never', 'meta', 400, 'inbound', [
    'WhatsApp no entregó el contenido de este mensaje a la API. Míralo en el teléfono del número.',
    'O WhatsApp não entregou o conteúdo desta mensagem à API. Veja no telefone do número.',
    'WhatsApp did not hand the content of this message to the API. See it on the phone of the number.',
  ]),
  row(130501, 'Message type is not supported in groups', 'never', 'meta', 400, 'inbound', [
    'El contacto envió al grupo algo que la API no recibe. Pídele que lo envíe de otra forma.',
    'O contato enviou ao grupo algo que a API não recebe. Peça que envie de outra forma.',
    'The contact sent the group something that the API does not receive. Ask for it in another form.',
  ]),
]
