/**
 * The wa_id WhatsApp would answer for what was dialled: Argentina's mobiles have a 9 after 54, Mexico's older accounts a
 * 1 after 52; Brazil's older accounts lack the ninth digit. Source: Meta, "Phone numbers"; the fact sheets of clients.
 */
export function waIdOf(dialled: string): string {
  const digits = dialled.replace(/\D/g, '')
  if (/^54(?!9)\d{10}$/.test(digits)) return `549${digits.slice(2)}`
  // Area codes from 31 on: accounts made before the ninth digit.
  const brazil = /^55([3-9]\d)9([6-9]\d{7})$/.exec(digits)
  if (brazil) return `55${brazil[1]}${brazil[2]}`
  return digits
}
