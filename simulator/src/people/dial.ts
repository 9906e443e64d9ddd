import { toE164 } from '@palomar/cloud-api'
import type { Customer, PhoneNumber } from '../world/types.ts'
import { waIdOf } from '../world/wa-id.ts'
import type { World } from '../world/world.ts'
import { callingCodeOf, countryOf } from './countries.ts'

/** Longer ones have a country code. */
const nationalMax = 11

/** Whom a business reaches by `to`. */
export function dialled(world: World, number: PhoneNumber, to: string | number): Customer {
  const isKnown = (waId: string) => world.customers.has(waId)
  return world.customer(waIdOf(withCountry(number, String(to), isKnown), isKnown))
}

/**
 * Without a plus, digits that are as long as the business's own number without its country code are a number of that
 * country: Meta puts the code before them, so that a bare number may reach the wrong person. [?]
 */
function withCountry(number: PhoneNumber, to: string, isKnown: (waId: string) => boolean): string {
  const digits = to.replace(/\D/g, '')
  if (digits.length > nationalMax || to.trim().startsWith('+') || isKnown(digits)) return digits
  const own = number.displayPhoneNumber.replace(/\D/g, '')
  const nationalLength = own.length - callingCodeOf(own).length
  const isNorthAmerican = /^1[2-9]\d\d[2-9]\d{6}$/.test(digits)
  if (digits.length !== nationalLength || isNorthAmerican) return digits
  return toE164(digits, countryOf(own))?.slice(1) ?? digits
}

/** A `00` in place of the plus is refused as it stands. Source: issue threads of clients. */
export const isMisdialled = (body: unknown): boolean =>
  typeof body === 'object' && body !== null && 'to' in body && /^\s*00/.test(String(body.to))
