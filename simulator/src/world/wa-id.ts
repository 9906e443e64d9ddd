/** A spelling that people dial, and the one that WhatsApp has the account under. */
const rules: readonly [dialled: RegExp, waId: string][] = [
  // Argentina: mobiles have a 9 after 54, and people write a 15 after the area code in its place.
  [/^54(?!9)(\d{10})$/, '549$1'],
  [/^54(11|[23]\d{2})15(\d{7,8})$/, '549$1$2'],
  // Mexico: accounts made before 2019 have a 1 after 52, which nobody dials any more.
  [/^52(?!1)(\d{10})$/, '521$1'],
  // Brazil, area codes from 31 on: accounts made before the ninth digit. Landlines have none to lose.
  [/^55([3-9]\d)9([6-9]\d{7})$/, '55$1$2'],
]

/**
 * The wa_id WhatsApp would answer for what was dialled, with its country code. Somebody who is known by the number as it
 * was dialled keeps it: newer accounts have it so. Source: Meta, "Phone numbers"; the fact sheets of clients.
 */
export function waIdOf(dialled: string, isKnown: (waId: string) => boolean = () => false): string {
  const digits = dialled.replace(/\D/g, '')
  if (isKnown(digits)) return digits
  for (const [pattern, waId] of rules) if (pattern.test(digits)) return digits.replace(pattern, waId)
  // The other way about: dialled as an older account, and known as a newer one.
  const newer = digits.replace(/^521(\d{10})$/, '52$1').replace(/^55([3-9]\d)([6-9]\d{7})$/, '55$19$2')
  return newer !== digits && isKnown(newer) ? newer : digits
}
