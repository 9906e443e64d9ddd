import { page } from './page.ts'

/** Words about calls, as words.ts has the others. */
const es = {
  callButton: 'Llamar a',
  calling: 'Llamando…',
  incoming: 'Llamada entrante',
  talking: 'En llamada',
  take: 'Contestar',
  refuse: 'Rechazar',
  hangUp: 'Colgar',
  outgoing: 'Llamada',
  fromBusiness: 'Llamada de la empresa',
  missed: 'sin respuesta',
  refused: 'rechazada',
  allowAlways: 'Permitir siempre',
  calling_disabled: 'Este número no recibe llamadas: actívalas en su configuración (calling.status).',
  outside_call_hours: 'La empresa no recibe llamadas a esta hora.',
  phone_off: 'El teléfono del cliente está apagado, o no tiene WhatsApp.',
  blocked: 'La empresa bloqueó a este cliente.',
  in_progress: 'Ya hay una llamada.',
}
export type CallWords = typeof es

const pt: CallWords = {
  callButton: 'Ligar para',
  calling: 'Chamando…',
  incoming: 'Chamada recebida',
  talking: 'Em chamada',
  take: 'Atender',
  refuse: 'Recusar',
  hangUp: 'Desligar',
  outgoing: 'Chamada',
  fromBusiness: 'Chamada da empresa',
  missed: 'não atendida',
  refused: 'recusada',
  allowAlways: 'Permitir sempre',
  calling_disabled: 'Este número não recebe chamadas: ative-as nas configurações (calling.status).',
  outside_call_hours: 'A empresa não recebe chamadas a esta hora.',
  phone_off: 'O telefone do cliente está desligado, ou não tem WhatsApp.',
  blocked: 'A empresa bloqueou este cliente.',
  in_progress: 'Já existe uma chamada.',
}

const en: CallWords = {
  callButton: 'Call',
  calling: 'Calling…',
  incoming: 'Incoming call',
  talking: 'On the call',
  take: 'Answer',
  refuse: 'Decline',
  hangUp: 'Hang up',
  outgoing: 'Call',
  fromBusiness: 'Call from the business',
  missed: 'not answered',
  refused: 'declined',
  allowAlways: 'Always allow',
  calling_disabled: 'This number takes no calls: switch them on in its settings (calling.status).',
  outside_call_hours: 'The business takes no calls at this hour.',
  phone_off: 'The customer’s phone is off, or has no WhatsApp.',
  blocked: 'The business has blocked this customer.',
  in_progress: 'There is a call already.',
}

const languages: Readonly<Record<string, CallWords>> = { es, pt, en }
export const callWords = (): CallWords => languages[page.language] ?? es
