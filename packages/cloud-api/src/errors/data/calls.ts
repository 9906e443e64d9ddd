import { pages } from '../../pages.ts'
import { family, hourMs, minuteMs } from './define.ts'

const docs = pages.callTroubles

/** Calls. */
export const callErrors = [
  ...family(
    { errorClass: 'fix-request', cause: 'account', docs },
    [
      'Las llamadas no están listas para este número: actívalas y revisa el pago en la configuración de Meta.',
      'As chamadas não estão prontas para este número: ative-as e verifique o pagamento nas configurações da Meta.',
      'Calling is not ready for this number: switch it on and check the payment in its settings at Meta.',
    ],
    [
      [131044, 'Calling payment issue'],
      [138000, 'Calling is not enabled'],
      [138018, 'Calling cannot be enabled'],
    ],
  ),
  ...family(
    { errorClass: 'never', cause: 'recipient', arrives: 'either', docs },
    [
      'No se puede llamar a este contacto: quizá no puede recibir llamadas o no dio permiso.',
      'Não é possível ligar para este contato: talvez não possa receber chamadas ou não deu permissão.',
      'This contact cannot be called: perhaps it cannot take calls, or gave no permission.',
    ],
    [
      [138001, 'Receiver uncallable'],
      [138006, 'No call permission', { class: 'fix-request' }],
    ],
  ),
  ...family(
    { errorClass: 'slow-number', cause: 'limit', docs, waitMs: minuteMs },
    [
      'Se alcanzó el límite de llamadas de Meta. Esperamos y seguimos solos.',
      'O limite de chamadas da Meta foi atingido. Esperamos e continuamos sozinhos.',
      "Meta's limit of calls was reached. We wait and go on by ourselves.",
    ],
    [
      [613, 'Call permission requests rate limit'],
      [138002, 'Concurrent calls limit'],
      [138005, 'Calls initiated rate limit'],
      [138013, 'Call permission requests rate limit'],
    ],
  ),
  ...family(
    { errorClass: 'defer', cause: 'limit', docs, waitMs: hourMs },
    [
      'Con este contacto hay una llamada en curso o ya se llegó al límite de hoy. Intenta más tarde.',
      'Com este contato há uma chamada em curso ou o limite de hoje já foi atingido. Tente mais tarde.',
      'A call with this contact is under way, or its limit for today is reached. Try again later.',
    ],
    [
      [138003, 'A call with this user is in progress', { waitMs: 5 * minuteMs }],
      [138009, 'Call permission request limit', { waitMs: 24 * hourMs }],
      [138012, 'Business initiated calls limit', { waitMs: 24 * hourMs }],
    ],
  ),
  ...family(
    { errorClass: 'retry', cause: 'meta', docs, triesMax: 2 },
    [
      'La conexión de la llamada falló. Intentamos una vez más.',
      'A conexão da chamada falhou. Tentamos mais uma vez.',
      'The connection of the call failed. We try once more.',
    ],
    [
      [138004, 'Connection error'],
      [138007, 'Session description not applied in time'],
    ],
  ),
]
