import { errorPolicy } from '@palomar/cloud-api'
import type { NotificationCode } from './notification.ts'

export const languages = ['es', 'pt', 'en'] as const
export type Language = (typeof languages)[number]

export const languageOf = (text: string): Language => languages.find((one) => one === text) ?? 'es'

type Params = Readonly<Record<string, string | number>>
interface Words {
  title: string
  body(params: Params, language: Language): string
}

/** For callers without words of their own; the dashboard makes its own from code and params. */
export function wordsOf(code: string, params: Params, language: Language): { title: string; body: string } {
  const words = catalogue[code as NotificationCode]?.[language]
  return words ? { title: words.title, body: words.body(params, language) } : { title: code, body: '' }
}

const catalogue: Record<NotificationCode, Record<Language, Words>> = {
  message_failed: {
    es: { title: 'Tu mensaje no llegó', body: (p, l) => failure(p, l, 'No se pudo entregar.') },
    pt: { title: 'Sua mensagem não chegou', body: (p, l) => failure(p, l, 'Não foi possível entregar.') },
    en: { title: 'Your message did not arrive', body: (p, l) => failure(p, l, 'It could not be delivered.') },
  },
  number_paused: {
    es: {
      title: 'Número en pausa',
      body: (p) => `${the(p, 'El número')} está en pausa: sus mensajes esperan.`,
    },
    pt: {
      title: 'Número em pausa',
      body: (p) => `${the(p, 'O número')} está em pausa: as mensagens esperam.`,
    },
    en: { title: 'Number paused', body: (p) => `${the(p, 'The number')} is paused: its messages wait.` },
  },
  number_token_expired: {
    es: {
      title: 'El token de un número venció',
      body: (p) =>
        `Meta ya no acepta el token de ${the(p, 'el número')}. Pon uno nuevo; los mensajes esperan.`,
    },
    pt: {
      title: 'O token de um número expirou',
      body: (p) => `A Meta não aceita mais o token de ${the(p, 'o número')}. Troque-o; as mensagens esperam.`,
    },
    en: {
      title: 'A number’s token has expired',
      body: (p) =>
        `Meta no longer takes the token of ${the(p, 'the number')}. Set a new one; its messages wait.`,
    },
  },
  number_refused: {
    es: { title: 'Meta rechaza un número', body: (p, l) => `${the(p, 'El número')}: ${advice(p, l)}` },
    pt: { title: 'A Meta recusa um número', body: (p, l) => `${the(p, 'O número')}: ${advice(p, l)}` },
    en: { title: 'Meta refuses a number', body: (p, l) => `${the(p, 'The number')}: ${advice(p, l)}` },
  },
  webhook_endpoint_failing: {
    es: {
      title: 'Un webhook dejó de responder',
      body: (p) => `Se apagó porque falló demasiado tiempo${because(p)}. Revísalo y enciéndelo de nuevo.`,
    },
    pt: {
      title: 'Um webhook parou de responder',
      body: (p) => `Foi desligado porque falhou por tempo demais${because(p)}. Verifique e ligue de novo.`,
    },
    en: {
      title: 'A webhook stopped answering',
      body: (p) =>
        `It was switched off because it failed for too long${because(p)}. Check it and switch it on again.`,
    },
  },
}

const the = ({ phone }: Params, noun: string) => (phone ? `${noun} ${phone}` : noun)
const because = ({ reason }: Params) => (reason ? ` (${reason})` : '')

/** What Meta's error means and what to do, where it gave one. */
function failure(params: Params, language: Language, plain: string): string {
  return params.error_code ? advice(params, language) : plain
}

const advice = ({ error_code: code }: Params, language: Language) =>
  errorPolicy(Number(code)).advice[language]
