import { pages } from '../../pages.ts'
import type { ErrorEntry } from '../entry.ts'
import { family, hourMs, minuteMs, row } from './define.ts'

const noBlock: [string, string, string] = [
  'No se pudo bloquear o desbloquear a todos. Mira el detalle de cada contacto.',
  'Não foi possível bloquear ou desbloquear todos. Veja o detalhe de cada contato.',
  'Not everyone could be blocked or unblocked. See the detail of each contact.',
]

/** Numbers that come, move or are named; flows, blocks and payments. */
export const onboardingErrors: ErrorEntry[] = [
  ...family(
    { errorClass: 'fix-request', cause: 'account', docs: pages.numbers },
    [
      'El número no puede registrarse o moverse así. Revisa el código, el PIN y el estado del número en Meta.',
      'O número não pode ser registrado ou movido assim. Verifique o código, o PIN e o estado do número na Meta.',
      'The number cannot be registered or moved like this. Check the code, the PIN and the state of the number at Meta.',
    ],
    [
      [133001, 'Decryption failed'],
      [133002, 'Backup blob decryption failed'],
      [133003, 'Recovery token decryption failed'],
      [133007, 'Account blocked'],
      [136024, 'Verification code could not be requested'],
      [136025, 'Verification code is wrong'],
      [2388012, 'Phone number already exists'],
      [2388091, 'Phone number is not eligible for a code'],
      [2388093, 'Phone number is not eligible for a code'],
      [2388103, 'Phone number cannot be migrated'],
      [2593079, 'Solution migration'],
      [2593085, 'Solution migration'],
      [2593107, 'Synchronisation limit'],
      [2593108, 'Synchronisation asked for after 24 hours'],
    ],
  ),
  ...family(
    { errorClass: 'defer', cause: 'limit', docs: pages.numbers, waitMs: hourMs },
    [
      'El PIN se intentó demasiadas veces. Espera el tiempo que indica el detalle antes de seguir.',
      'O PIN foi tentado vezes demais. Espere o tempo que o detalhe indica antes de continuar.',
      'The PIN was tried too often. Wait for as long as the detail says before going on.',
    ],
    [
      [133008, 'Too many two-step PIN guesses'],
      [133009, 'Two-step PIN guessed too fast', { waitMs: 5 * minuteMs }],
    ],
  ),
  row(
    2593109,
    'History sharing is turned off',
    'never',
    'account',
    200,
    'inbound',
    [
      'La empresa no quiso compartir su historial de WhatsApp. Puede conectarse de nuevo y aceptarlo.',
      'A empresa não quis compartilhar o histórico do WhatsApp. Pode conectar de novo e aceitar.',
      'The business chose not to share its WhatsApp history. It can connect again and agree.',
    ],
    { docs: pages.numbers },
  ),
  row(134011, 'Payments terms of service not accepted', 'fix-request', 'account', 500, 'answer', [
    'Faltan aceptar los términos de WhatsApp Payments. El dueño de la cuenta debe aceptarlos en Meta.',
    'Falta aceitar os termos do WhatsApp Payments. O dono da conta deve aceitá-los na Meta.',
    'The terms of WhatsApp Payments are not accepted yet. The owner of the account must accept them at Meta.',
  ]),
  ...family(
    { errorClass: 'fix-request', cause: 'request', docs: pages.flowErrors },
    [
      'Meta no pudo crear, cambiar, publicar o borrar el flujo. El detalle dice qué corregir.',
      'A Meta não pôde criar, mudar, publicar ou apagar o fluxo. O detalhe diz o que corrigir.',
      'Meta could not create, change, publish or delete the flow. The detail says what to correct.',
    ],
    [
      [139000, 'Flow could not be created'],
      [139001, 'Flow could not be updated'],
      [139002, 'Flow could not be published'],
      [139003, 'Flow could not be deprecated'],
      [139004, 'Flow could not be deleted'],
    ],
  ),
  ...family({ errorClass: 'fix-request', cause: 'request', docs: pages.blocks }, noBlock, [
    [139100, 'Some users could not be blocked', { http: 200 }],
    [139101, 'Block list is full'],
  ]),
  ...family({ errorClass: 'retry', cause: 'meta', docs: pages.blocks }, noBlock, [
    [139102, 'Block list is being updated'],
    [139103, 'Block list internal error'],
  ]),
  ...family(
    { errorClass: 'fix-request', cause: 'account', docs: pages.userIds },
    [
      'Ese nombre de usuario no está disponible para esta empresa. Elige otro o vincula la página que lo usa.',
      'Esse nome de usuário não está disponível para esta empresa. Escolha outro ou vincule a página que o usa.',
      'That username is not available to this business. Choose another, or link the page that uses it.',
    ],
    [
      [147001, 'Username is not available'],
      [147002, 'Not eligible for a username'],
      [147003, 'Username belongs to a Facebook page'],
      [147004, 'Username belongs to an Instagram account'],
      [147005, 'Username must be transferred'],
    ],
  ),
]
