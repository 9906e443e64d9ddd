/** How something of a size is put at a place of a body, and asked about. */
import { fitTemplate, type SendProblem, validateFile, validateSend, validateTemplate } from '../src/index.ts'
import { type sends, valid } from './sends.ts'

export type Result = { ok: true } | { ok: false; errors: Partial<SendProblem>[] }
/** A body with something of a size at a place, and the check that it must pass. */
export interface Probe {
  path: string
  check(size: number): Result
  /** The floor is looked at too, when below it is not simply nothing. */
  floor?: boolean
}

export const x = (count: number) => 'x'.repeat(count)
export const many = <T>(count: number, make: (n: number) => T) =>
  Array.from({ length: count }, (_, n) => make(n))

export function put(body: object, path: string, value: unknown): object {
  const copy = structuredClone(body) as Record<string, unknown>
  const keys = path.split(/[.[\]]+/).filter(Boolean)
  const last = keys.pop() as string
  let place: Record<string, unknown> = copy
  for (const key of keys) place = place[key] as Record<string, unknown>
  place[last] = value
  return copy
}

export const inSend = (
  name: keyof typeof sends,
  path: string,
  make: (size: number) => unknown = x,
  more: object = {},
): Probe => ({
  path,
  check: (size) => validateSend(put({ ...valid(name), ...more }, path, make(size))),
})

export const template = {
  name: 'a',
  language: 'es',
  category: 'UTILITY',
  components: [
    { type: 'HEADER', format: 'TEXT', text: 'Hola' },
    { type: 'BODY', text: 'Hola' },
    { type: 'FOOTER', text: 'pie' },
    { type: 'BUTTONS', buttons: [{ type: 'URL', text: 'Ver', url: 'https://example.com' }] },
  ],
}
export const authentication = {
  name: 'a',
  language: 'es',
  category: 'AUTHENTICATION',
  components: [
    { type: 'BODY' },
    { type: 'FOOTER', code_expiration_minutes: 10 },
    {
      type: 'BUTTONS',
      buttons: [
        {
          type: 'OTP',
          otp_type: 'ONE_TAP',
          supported_apps: [{ package_name: 'a.b', signature_hash: x(11) }],
        },
      ],
    },
  ],
}
export const offer = {
  ...template,
  category: 'MARKETING',
  components: [
    { type: 'LIMITED_TIME_OFFER', limited_time_offer: { text: 'Ya' } },
    { type: 'BODY', text: 'Hola' },
  ],
}
export const cardOf = (buttons: number) => ({
  components: [
    { type: 'HEADER', format: 'IMAGE' },
    { type: 'BODY', text: 'Uno' },
    { type: 'BUTTONS', buttons: many(buttons, (n) => ({ type: 'QUICK_REPLY', text: `B${n}` })) },
  ],
})
export const carousel = {
  ...template,
  components: [
    { type: 'BODY', text: 'Hola' },
    { type: 'CAROUSEL', cards: [cardOf(1)] },
  ],
}
export const inTemplate = (
  path: string,
  make: (size: number) => unknown = x,
  body: object = template,
): Probe => ({
  path,
  check: (size) => validateTemplate(put(body, path, make(size))),
})
export const buttonsPath = 'components[3].buttons'
export const buttonsOf = (make: (n: number) => object): Probe =>
  inTemplate(buttonsPath, (count) => many(count, make))

export const at = (path: string, probe: Probe): Probe => ({ ...probe, path })
export const reply = (n: number) => ({ type: 'reply', reply: { id: `b${n}`, title: `B${n}` } })
export const cardWith = (buttons: number) => (card_index: number) => ({
  card_index,
  type: 'cta_url',
  header: { type: 'image', image: { id: '1' } },
  action: {
    buttons: many(buttons, (n) => ({ type: 'quick_reply', quick_reply: { id: `q${n}`, title: `Q${n}` } })),
  },
})
export const row = (n: number) => ({ id: `r${n}`, title: `R${n}` })
export const oneParameter = (parameter: object) => [{ type: 'body', parameters: [parameter] }]
export const file = (
  kind: 'image' | 'video' | 'audio' | 'document' | 'sticker',
  mime_type: string,
  more: object = {},
): Probe => ({
  path: 'size',
  check: (size) => validateFile({ kind, mime_type, size, ...more }),
})
export const fit = (send: object[], definition: object[]): Result => {
  const result = fitTemplate(
    { name: 'a', language: { code: 'es' }, components: send as never },
    definition as never,
  )
  return result.ok ? result : { ok: false, errors: [result] }
}
export const text = (value: string) => ({ type: 'text', text: value })
