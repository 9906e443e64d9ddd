import { pages } from '../../pages.ts'
import { family, minuteMs } from './define.ts'

const docs = pages.groupErrors

/** Groups. */
export const groupErrors = [
  ...family(
    { errorClass: 'fix-request', cause: 'request', docs },
    [
      'El pedido sobre el grupo no se puede cumplir así: revisa el grupo y sus participantes.',
      'O pedido sobre o grupo não pode ser atendido assim: verifique o grupo e os participantes.',
      'What was asked of the group cannot be done like this: check the group and its participants.',
    ],
    [
      [131020, 'Cannot send to a group with one member'],
      [131041, 'Group unknown, or you are not a member'],
      [131059, 'Group list cursor is not valid'],
      [131201, 'Group operation succeeded in part', { http: 206 }],
      [131202, 'Participant is given twice'],
      [131204, 'Too many participants'],
      [131209, 'Group picture is not square'],
      [131210, 'Group picture is too small'],
      [131211, 'Too many groups'],
      [131212, 'Participant is not in the group'],
      [131213, 'Join request does not exist'],
    ],
  ),
  ...family(
    { errorClass: 'never', cause: 'policy', docs },
    [
      'Meta no permite grupos a este número, o suspendió este grupo. Mira el estado del número en Meta.',
      'A Meta não permite grupos a este número, ou suspendeu este grupo. Veja o estado do número na Meta.',
      'Meta allows this number no groups, or has suspended this one. See the state of the number at Meta.',
    ],
    [
      [131207, 'Group is suspended', { http: 403 }],
      [131214, 'Group creation is disabled'],
      [131215, 'Not eligible for groups'],
    ],
  ),
  ...family(
    { errorClass: 'slow-number', cause: 'limit', http: 429, docs, waitMs: minuteMs },
    [
      'Se alcanzó el límite de operaciones sobre grupos. Bajamos el ritmo y seguimos solos.',
      'O limite de operações sobre grupos foi atingido. Reduzimos o ritmo e continuamos sozinhos.',
      'The limit of group operations was reached. We slow down and go on by ourselves.',
    ],
    [[131208, 'Group rate limit hit']],
  ),
]
