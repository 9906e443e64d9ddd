import { pages } from '../../pages.ts'
import type { ErrorEntry } from '../entry.ts'
import { minuteMs, row } from './define.ts'

const noAccess: [string, string, string] = [
  'El token no llega a este número o cuenta. Vincula la app a la cuenta y dale los permisos.',
  'O token não alcança este número ou conta. Vincule o app à conta e conceda as permissões.',
  'The token does not reach this number or account. Link the app to the account and grant the permissions.',
]
const tooManyCalls: [string, string, string] = [
  'Se alcanzó el límite de llamadas por hora de Meta. Bajamos el ritmo y seguimos solos.',
  'O limite de chamadas por hora da Meta foi atingido. Reduzimos o ritmo e continuamos sozinhos.',
  "Meta's hourly limit of calls was reached. We slow down and go on by ourselves.",
]
const renewToken: [string, string, string] = [
  'El token de acceso venció o fue revocado. Carga un token nuevo; los envíos pendientes salen después.',
  'O token de acesso expirou ou foi revogado. Cadastre um novo token; os envios pendentes saem em seguida.',
  'The access token has expired or was revoked. Enter a new one; waiting messages go out after that.',
]
const tokenTitles: Readonly<Record<number, string>> = {
  458: 'App is not installed',
  459: 'User is checkpointed',
  460: 'Password changed',
  463: 'Token has expired',
  464: 'User is not confirmed',
  467: 'Token is not valid',
  492: 'Session is not valid',
}

/** General codes that mean something of their own with a subcode. [doc: OpenAPI samples, errors of Graph] */
export const subcodeErrors: ErrorEntry[] = [
  row(
    100,
    'Unsupported request',
    'pause-number',
    'account',
    400,
    'answer',
    [
      'Meta no encuentra este número o el token no tiene acceso a él. Revisa el phone_number_id y los permisos del token.',
      'A Meta não encontra este número ou o token não tem acesso a ele. Verifique o phone_number_id e as permissões do token.',
      'Meta does not find this number, or the token has no access to it. Check the phone_number_id and the permissions of the token.',
    ],
    { subcode: 33 },
  ),
  row(
    100,
    'Phone number is not registered',
    'fix-request',
    'account',
    400,
    'answer',
    [
      'El número no está registrado, así que no hay nada que deshacer. Regístralo antes de usarlo.',
      'O número não está registrado, então não há nada a desfazer. Registre-o antes de usar.',
      'The number is not registered, so there is nothing to undo. Register it before it is used.',
    ],
    { subcode: 2207051, docs: pages.numbers },
  ),
  ...Object.entries(tokenTitles).map(([subcode, title]) =>
    row(190, title, 'token', 'credentials', 401, 'answer', renewToken, { subcode: Number(subcode) }),
  ),
  ...[1349174, 1349175, 1349176].map((subcode) =>
    row(200, 'API Permission', 'token', 'credentials', 403, 'answer', noAccess, { subcode }),
  ),
  ...(
    [
      [4, 'slow-app'],
      [17, 'slow-app'],
      [80007, 'slow-waba'],
    ] as const
  ).map(([code, errorClass]) =>
    row(code, 'Too many calls', errorClass, 'limit', 429, 'answer', tooManyCalls, {
      subcode: 2446079,
      waitMs: minuteMs,
    }),
  ),
]
