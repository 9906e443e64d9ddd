import { hourMs, minuteMs, row } from './define.ts'

const registerNumber: [string, string, string] = [
  'El número no está registrado en la Cloud API. Regístralo en Meta y vuelve a activarlo.',
  'O número não está registrado na Cloud API. Registre-o na Meta e ative-o de novo.',
  'The number is not registered with the Cloud API. Register it at Meta, then activate it again.',
]
const accountBlocked: [string, string, string] = [
  'Meta bloqueó o restringió la cuenta por incumplir sus políticas. Revisa la calidad de la cuenta en el Administrador de WhatsApp.',
  'A Meta bloqueou ou restringiu a conta por violação de políticas. Veja a qualidade da conta no Gerenciador do WhatsApp.',
  'Meta has blocked or restricted the account for a breach of its policies. See the account quality in WhatsApp Manager.',
]

/** The number, its account and its money. */
export const accountErrors = [
  row(33, 'Parameter value is not valid', 'pause-number', 'account', 400, 'answer', [
    'El número de la empresa ya no existe en Meta. Quítalo o corrige su phone_number_id.',
    'O número da empresa não existe mais na Meta. Remova-o ou corrija o phone_number_id.',
    'The business number no longer exists at Meta. Remove it, or correct its phone_number_id.',
  ]),
  row(
    368,
    'Temporarily blocked for policies violations',
    'pause-waba',
    'policy',
    403,
    'either',
    accountBlocked,
  ),
  row(1005, 'Number is on the on-premises API', 'pause-number', 'account', 400, 'answer', registerNumber),
  row(
    130497,
    'Business account is restricted from messaging users in this country',
    'fix-request',
    'policy',
    403,
    'either',
    [
      'Meta no permite a esta empresa escribir a usuarios de ese país.',
      'A Meta não permite que esta empresa escreva a usuários desse país.',
      'Meta does not let this business write to people in that country.',
    ],
  ),
  row(131031, 'Account has been locked', 'pause-waba', 'policy', 403, 'either', accountBlocked),
  row(131037, 'Display name approval needed', 'pause-number', 'account', 400, 'either', [
    'El nombre para mostrar del número debe aprobarse antes de enviar. Pídelo en el Administrador de WhatsApp.',
    'O nome de exibição do número precisa ser aprovado antes do envio. Solicite no Gerenciador do WhatsApp.',
    'The display name of the number must be approved before it can send. Ask for it in WhatsApp Manager.',
  ]),
  row(131042, 'Business eligibility payment issue', 'pause-waba', 'account', 400, 'either', [
    'Hay un problema con el pago de la cuenta de WhatsApp. Revisa el método de pago en Meta; los envíos esperan.',
    'Há um problema com o pagamento da conta do WhatsApp. Verifique a forma de pagamento na Meta; os envios esperam.',
    'There is a problem with the payment of the WhatsApp account. Check the payment method at Meta; messages wait.',
  ]),
  row(131045, 'Incorrect certificate', 'pause-number', 'account', 500, 'answer', registerNumber),
  row(
    131048,
    'Spam rate limit hit',
    'pause-number',
    'policy',
    400,
    'either',
    [
      'Muchos usuarios bloquearon o denunciaron este número y Meta limita sus envíos. Baja el volumen y revisa el contenido.',
      'Muitos usuários bloquearam ou denunciaram este número e a Meta limita os envios. Reduza o volume e reveja o conteúdo.',
      'Many people blocked or reported this number, and Meta limits it. Send less, and review what you send.',
    ],
    { waitMs: 6 * hourMs },
  ),
  row(
    131064,
    'Messaging limit hit through template misclassification',
    'pause-waba',
    'policy',
    400,
    'answer',
    [
      'Meta limita la cuenta por plantillas con categoría equivocada. Corrige las categorías; el límite se levanta solo.',
      'A Meta limita a conta por modelos com categoria errada. Corrija as categorias; o limite termina sozinho.',
      'Meta limits the account for templates in the wrong category. Correct the categories; the limit lifts by itself.',
    ],
  ),
  row(133000, 'Incomplete deregistration', 'pause-number', 'account', 500, 'answer', registerNumber),
  row(133005, 'Two-step verification PIN mismatch', 'pause-number', 'account', 400, 'answer', [
    'El PIN de verificación en dos pasos no coincide. Corrígelo en el Administrador de WhatsApp.',
    'O PIN da verificação em duas etapas não confere. Corrija no Gerenciador do WhatsApp.',
    'The two-step verification PIN does not match. Correct it in WhatsApp Manager.',
  ]),
  row(
    133006,
    'Phone number re-verification needed',
    'pause-number',
    'account',
    400,
    'answer',
    registerNumber,
  ),
  row(133010, 'Phone number not registered', 'pause-number', 'account', 400, 'answer', registerNumber),
  row(
    133015,
    'Please wait a few minutes before attempting to register this phone number',
    'pause-number',
    'account',
    400,
    'answer',
    registerNumber,
    {
      waitMs: 5 * minuteMs,
    },
  ),
  row(
    133016,
    'Account register/deregister rate limit exceeded',
    'pause-number',
    'limit',
    400,
    'answer',
    [
      'Se registró este número demasiadas veces. Meta lo permite de nuevo después de 72 horas.',
      'Este número foi registrado vezes demais. A Meta permite de novo depois de 72 horas.',
      'This number was registered too often. Meta allows it again after 72 hours.',
    ],
    { waitMs: 72 * hourMs },
  ),
]
