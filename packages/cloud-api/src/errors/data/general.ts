import { minuteMs, row, secondMs } from './define.ts'

const renewToken: [string, string, string] = [
  'El token de acceso de este número no es válido o venció. Carga un token nuevo; los envíos pendientes salen después.',
  'O token de acesso deste número é inválido ou expirou. Cadastre um novo token; os envios pendentes saem em seguida.',
  'The access token of this number is not valid or has expired. Enter a new one; waiting messages go out after that.',
]
const grantPermission: [string, string, string] = [
  'El token no tiene permiso para esto. Dale whatsapp_business_messaging y whatsapp_business_management sobre esta cuenta.',
  'O token não tem permissão para isso. Conceda whatsapp_business_messaging e whatsapp_business_management nesta conta.',
  'The token has no permission for this. Grant it whatsapp_business_messaging and whatsapp_business_management on this account.',
]
const metaIsDown: [string, string, string] = [
  'El servicio de Meta tiene un problema pasajero. Reintentamos solos.',
  'O serviço da Meta está com um problema passageiro. Tentamos de novo sozinhos.',
  "Meta's service has a passing problem. We try again by ourselves.",
]
const tooManyCalls: [string, string, string] = [
  'Se alcanzó el límite de llamadas de Meta. Bajamos el ritmo y seguimos solos.',
  'O limite de chamadas da Meta foi atingido. Reduzimos o ritmo e continuamos sozinhos.',
  "Meta's limit of calls was reached. We slow down and go on by ourselves.",
]

/** Graph's own errors, its tokens and its rates. */
export const generalErrors = [
  row(0, 'AuthException', 'token', 'credentials', 401, 'answer', renewToken),
  row(1, 'API Unknown', 'retry', 'meta', 400, 'answer', metaIsDown, { triesMax: 3 }),
  row(2, 'API Service', 'retry', 'meta', 503, 'answer', metaIsDown),
  row(3, 'API Method', 'token', 'credentials', 500, 'answer', grantPermission),
  row(4, 'API Too Many Calls', 'slow-app', 'limit', 429, 'answer', tooManyCalls, { waitMs: minuteMs }),
  row(10, 'Permission Denied', 'token', 'credentials', 403, 'answer', grantPermission),
  row(17, 'API User Too Many Calls', 'slow-app', 'limit', 429, 'answer', tooManyCalls, { waitMs: minuteMs }),
  row(102, 'Session key invalid', 'token', 'credentials', 401, 'answer', renewToken),
  row(104, 'An access token is required', 'token', 'credentials', 401, 'answer', renewToken),
  row(190, 'Access token has expired', 'token', 'credentials', 401, 'answer', renewToken),
  row(200, 'API Permission', 'token', 'credentials', 403, 'answer', grantPermission),
  row(80007, 'Rate limit issues', 'slow-waba', 'limit', 429, 'answer', tooManyCalls, { waitMs: minuteMs }),
  row(80008, 'Rate limit issues', 'slow-waba', 'limit', 429, 'answer', tooManyCalls, { waitMs: minuteMs }),
  row(130429, 'Rate limit hit', 'slow-number', 'limit', 429, 'either', tooManyCalls, { waitMs: secondMs }),
  row(131000, 'Something went wrong', 'retry', 'meta', 500, 'either', metaIsDown, { triesMax: 5 }),
  row(131005, 'Access denied', 'token', 'credentials', 403, 'answer', grantPermission),
  row(131016, 'Service unavailable', 'retry', 'meta', 500, 'either', metaIsDown),
  row(131057, 'Account in maintenance mode', 'retry', 'meta', 500, 'answer', metaIsDown, {
    waitMs: minuteMs,
  }),
  row(133004, 'Server temporarily unavailable', 'retry', 'meta', 503, 'answer', metaIsDown),
  row(2494100, 'Phone number in maintenance mode', 'retry', 'meta', 400, 'answer', metaIsDown, {
    waitMs: 5 * minuteMs,
  }),
]
