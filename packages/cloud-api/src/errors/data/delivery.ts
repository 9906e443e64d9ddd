import { hourMs, row, secondMs } from './define.ts'

/** The person at the other end, and what Meta keeps from them. */
export const deliveryErrors = [
  row(130403, 'You have blocked this user', 'suppress', 'recipient', 400, 'either', [
    'Tu empresa bloqueó a este contacto. Desbloquéalo para escribirle.',
    'Sua empresa bloqueou este contato. Desbloqueie-o para escrever.',
    'Your business has blocked this contact. Unblock it to write to it.',
  ]),
  row(130472, "User's number is part of an experiment", 'never', 'recipient', 400, 'status', [
    'Meta no entregó este mensaje de marketing porque el contacto está en un experimento suyo. No se cobra.',
    'A Meta não entregou esta mensagem de marketing porque o contato está em um experimento dela. Não é cobrada.',
    'Meta did not deliver this marketing message because the contact is part of an experiment of its own. It is not billed.',
  ]),
  row(131026, 'Message undeliverable', 'suppress', 'recipient', 400, 'status', [
    'El contacto no puede recibir el mensaje: quizá no tiene WhatsApp, usa una versión vieja o no aceptó los términos.',
    'O contato não pode receber a mensagem: talvez não tenha WhatsApp, use uma versão antiga ou não aceitou os termos.',
    'The contact cannot receive the message: perhaps without WhatsApp, on an old version, or without accepting its terms.',
  ]),
  row(131030, 'Recipient phone number not in allowed list', 'never', 'recipient', 400, 'answer', [
    'El número de prueba solo escribe a los destinatarios de su lista. Agrega este número a la lista en Meta.',
    'O número de teste só escreve aos destinatários da lista. Adicione este número à lista na Meta.',
    'A test number writes only to the recipients on its list. Add this number to the list at Meta.',
  ]),
  row(131043, 'Message expired', 'never', 'recipient', 400, 'status', [
    'El mensaje venció antes de llegar: el teléfono del contacto estuvo sin conexión.',
    'A mensagem expirou antes de chegar: o telefone do contato ficou sem conexão.',
    "The message expired before it arrived: the contact's phone was offline.",
  ]),
  row(131047, 'Re-engagement message', 'fix-request', 'policy', 400, 'either', [
    'Pasaron más de 24 horas desde el último mensaje del contacto. Solo puedes enviarle una plantilla.',
    'Passaram mais de 24 horas desde a última mensagem do contato. Só é possível enviar um modelo.',
    "More than 24 hours have passed since the contact's last message. Only a template may be sent.",
  ]),
  row(
    131049,
    'Message not delivered to maintain healthy ecosystem engagement',
    'defer',
    'policy',
    400,
    'status',
    [
      'Meta limita cuánto marketing recibe cada persona y no entregó este. Espera al menos 24 horas antes de insistir.',
      'A Meta limita quanto marketing cada pessoa recebe e não entregou este. Espere ao menos 24 horas antes de insistir.',
      'Meta limits how much marketing a person gets and did not deliver this one. Wait at least 24 hours before another.',
    ],
    { waitMs: 24 * hourMs, triesMax: 3 },
  ),
  row(
    131050,
    'User has stopped marketing messages from this business',
    'suppress-marketing',
    'recipient',
    400,
    'status',
    [
      'El contacto dejó de recibir marketing de tu empresa. No le envíes más hasta que lo acepte de nuevo.',
      'O contato deixou de receber marketing da sua empresa. Não envie mais até que ele aceite de novo.',
      'The contact has stopped marketing from your business. Send none until they accept it again.',
    ],
  ),
  row(
    131056,
    'Pair rate limit hit',
    'slow-pair',
    'limit',
    400,
    'either',
    [
      'Se enviaron demasiados mensajes seguidos a este contacto. Esperamos y seguimos solos.',
      'Foram enviadas mensagens demais em sequência a este contato. Esperamos e continuamos sozinhos.',
      'Too many messages went to this contact in a row. We wait and go on by ourselves.',
    ],
    { waitMs: 6 * secondMs },
  ),
  row(137000, 'Recipient identity key hash mismatch', 'fix-request', 'recipient', 400, 'either', [
    'El contacto cambió de teléfono o reinstaló WhatsApp. Confirma quién es antes de escribirle.',
    'O contato trocou de telefone ou reinstalou o WhatsApp. Confirme quem é antes de escrever.',
    'The contact changed phone or reinstalled WhatsApp. Make sure who it is before you write.',
  ]),
  row(131070, 'Another app owns the conversation', 'fix-request', 'request', 400, 'answer', [
    'Otra aplicación atiende esta conversación. Toma el control antes de escribir.',
    'Outro aplicativo atende esta conversa. Assuma o controle antes de escrever.',
    'Another app owns this conversation. Take control of it before you write.',
  ]),
]
