import { pages } from '../../pages.ts'
import type { ErrorEntry } from '../entry.ts'
import { family, hourMs, minuteMs } from './define.ts'

const docs = pages.templates

/** Making, changing and deleting templates; most arrive as a subcode of 100 or 200002. */
export const templateReviewErrors: ErrorEntry[] = [
  ...family(
    { errorClass: 'fix-request', cause: 'template', docs },
    [
      'Meta no acepta la plantilla así. Corrige lo que indica el detalle y vuelve a enviarla.',
      'A Meta não aceita o modelo assim. Corrija o que o detalhe indica e envie de novo.',
      'Meta does not take the template like this. Correct what the detail names, and submit it again.',
    ],
    [
      [200002, 'Template creation failed'],
      [2388040, 'A field is over its character limit'],
      [2388043, 'An example is missing'],
      [2388047, 'Message header format is wrong'],
      [2388072, 'Message body format is wrong'],
      [2388073, 'Message footer format is wrong'],
      [2388109, 'Template cannot be created'],
      [2388293, 'Too many variables for the length of the text'],
      [2388299, 'Variable at the start or end of the body'],
    ],
  ),
  ...family(
    { errorClass: 'fix-request', cause: 'template', docs },
    [
      'Ya hay una plantilla con ese nombre e idioma, o la cuenta llegó a su máximo. Usa otro nombre o borra alguna.',
      'Já há um modelo com esse nome e idioma, ou a conta chegou ao máximo. Use outro nome ou apague algum.',
      'There is a template with that name and language, or the account has its most. Use another name, or delete one.',
    ],
    [
      [2388019, 'Template count limit reached'],
      [2388024, 'Template already exists in this language'],
      [2388318, 'Direct Send template cannot be changed'],
      [2388330, 'Direct Send template cannot be deleted'],
    ],
  ),
  ...family(
    { errorClass: 'defer', cause: 'template', docs, waitMs: hourMs },
    [
      'La plantilla no puede cambiarse ahora: está en revisión, se está borrando o ya se editó hoy. Intenta más tarde.',
      'O modelo não pode mudar agora: está em análise, sendo apagado ou já foi editado hoje. Tente mais tarde.',
      'The template cannot change now: it is under review, being deleted, or was edited today. Try again later.',
    ],
    [
      [2388023, 'Template is being deleted', { waitMs: 5 * minuteMs }],
      [2388039, 'Template status cannot be changed now', { waitMs: 24 * hourMs }],
    ],
  ),
  ...family(
    { errorClass: 'fix-request', cause: 'account', docs },
    [
      'Las métricas de plantillas no están activas o no se pueden desactivar en esta cuenta. Actívalas en Meta.',
      'As métricas de modelos não estão ativas ou não podem ser desativadas nesta conta. Ative-as na Meta.',
      'Template analytics are not on, or cannot be switched off, for this account. Switch them on at Meta.',
    ],
    [
      [200005, 'Template analytics not available'],
      [200006, 'Template analytics cannot be disabled'],
      [200007, 'Template analytics not enabled'],
    ],
  ),
  ...family(
    { errorClass: 'fix-request', cause: 'template' },
    [
      'Esta plantilla no puede enviarse por este canal de Meta. Prueba el otro canal de mensajes.',
      'Este modelo não pode ser enviado por este canal da Meta. Tente o outro canal de mensagens.',
      'This template cannot go through this endpoint of Meta. Try the other message endpoint.',
    ],
    [
      [134100, 'Only marketing templates are allowed here'],
      [134102, 'Template cannot be used on this endpoint'],
      [134103, 'Marketing message refused'],
    ],
  ),
]
