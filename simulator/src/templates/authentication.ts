import type { TemplateComponent } from '@palomar/cloud-api'

const texts: Readonly<Record<string, [code: string, secret: string, expiry: (minutes: number) => string]>> = {
  es: [
    'Tu código de verificación es {{1}}.',
    ' Por tu seguridad, no lo compartas.',
    (minutes) => `Este código caduca en ${minutes} minutos.`,
  ],
  pt: [
    'Seu código de verificação é {{1}}.',
    ' Para sua segurança, não o compartilhe.',
    (minutes) => `Este código expira em ${minutes} minutos.`,
  ],
  en: [
    '{{1}} is your verification code.',
    ' For your security, do not share this code.',
    (minutes) => `This code expires in ${minutes} minutes.`,
  ],
}

/** Templates for codes have no words of their own: Meta writes body and footer, in the template's language. */
export function withAuthenticationText(
  components: TemplateComponent[],
  language: string,
): TemplateComponent[] {
  const [code, secret, expiry] = texts[language.slice(0, 2)] ?? (texts.en as (typeof texts)[string])
  return components.map((component) => {
    const { type, text, add_security_recommendation, code_expiration_minutes } = component
    if (text !== undefined) return component
    if (type === 'BODY') return { ...component, text: `${code}${add_security_recommendation ? secret : ''}` }
    if (type === 'FOOTER' && typeof code_expiration_minutes === 'number')
      return { ...component, text: expiry(code_expiration_minutes) }
    return component
  })
}
