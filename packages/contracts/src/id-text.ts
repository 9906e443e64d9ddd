/**
 * The text of a TypeID from its bytes (https://github.com/jetify-com/typeid/tree/main/spec): what `typeid-js` does by
 * way of hex and several copies. Ids are made for every event and webhook, so this is on the hottest paths there are;
 * the test compares the two.
 */

const alphabet = '0123456789abcdefghjkmnpqrstvwxyz'

/** Two characters of the alphabet for each 10-bit value. */
const pairs: readonly string[] = Array.from(
  { length: 1024 },
  (_, value) => `${alphabet[value >> 5]}${alphabet[value & 31]}`,
)

/** 26 characters for 16 bytes: 130 bits, the first two of which are zero. */
export function base32Of(bytes: Uint8Array): string {
  let text = ''
  // 2 zero bits and 128 bits: 13 groups of ten.
  let held = 0
  let bits = 2
  for (let i = 0; i < 16; i++) {
    held = (held << 8) | (bytes[i] ?? 0)
    bits += 8
    if (bits >= 10) {
      bits -= 10
      text += pairs[(held >> bits) & 1023]
      held &= (1 << bits) - 1
    }
  }
  return text
}
