/**
 * Which addresses a tenant's URL may lead to: only what is routed on the public internet. Everything else (our own
 * networks, cloud metadata, carrier NAT, tunnels that embed an IPv4 address) is refused.
 * https://www.iana.org/assignments/iana-ipv4-special-registry, …/iana-ipv6-special-registry
 */

const ipv4Refused = [
  '0.0.0.0/8', // this network
  '10.0.0.0/8', // private
  '100.64.0.0/10', // carrier NAT
  '127.0.0.0/8', // loopback
  '169.254.0.0/16', // link-local, cloud metadata
  '172.16.0.0/12', // private
  '192.0.0.0/24', // protocol assignments
  '192.0.2.0/24', // documentation
  '192.88.99.0/24', // 6to4 relay
  '192.168.0.0/16', // private
  '198.18.0.0/15', // benchmarks
  '198.51.100.0/24', // documentation
  '203.0.113.0/24', // documentation
  '224.0.0.0/4', // multicast
  '240.0.0.0/4', // reserved, broadcast
].map((range) => {
  const [address = '', bits = ''] = range.split('/')
  return { from: ipv4Of(address) ?? 0, bits: Number(bits) }
})

/** Of IPv6 only global unicast (2000::/3) is open, and of it not these. */
const ipv6Refused: readonly { from: readonly number[]; bits: number }[] = [
  { from: [0x2001, 0x0000], bits: 23 }, // protocol assignments, Teredo among them
  { from: [0x2001, 0x0db8], bits: 32 }, // documentation
  { from: [0x2002], bits: 16 }, // 6to4
  { from: [0x3fff], bits: 20 }, // documentation
]

/** Whether an address, as a resolver writes it, may be connected to. Text that is no address may not. */
export function isPublicAddress(address: string): boolean {
  const v4 = ipv4Of(address)
  if (v4 !== undefined) return !ipv4Refused.some(({ from, bits }) => inIpv4(v4, from, bits))
  const v6 = ipv6Of(address)
  if (!v6) return false
  const isGlobal = ((v6[0] ?? 0) & 0xe000) === 0x2000
  return isGlobal && !ipv6Refused.some(({ from, bits }) => inIpv6(v6, from, bits))
}

function ipv4Of(text: string): number | undefined {
  if (!/^\d{1,3}(\.\d{1,3}){3}$/.test(text)) return undefined
  const parts = text.split('.').map(Number)
  if (parts.some((part) => part > 255)) return undefined
  return parts.reduce((sum, part) => sum * 256 + part, 0)
}

function inIpv4(address: number, from: number, bits: number): boolean {
  const size = 2 ** (32 - bits)
  return Math.floor(address / size) === Math.floor(from / size)
}

/** Eight groups; undefined for what is no IPv6 address. A zone (`%eth0`) is never public, so it is none here. */
function ipv6Of(text: string): number[] | undefined {
  const embedded = /^(.*:)(\d{1,3}(?:\.\d{1,3}){3})$/.exec(text)
  if (embedded) {
    const v4 = ipv4Of(embedded[2] ?? '')
    if (v4 === undefined) return undefined
    return ipv6Of(`${embedded[1]}${(v4 >>> 16).toString(16)}:${(v4 & 0xffff).toString(16)}`)
  }
  const halves = text.split('::')
  if (halves.length > 2) return undefined
  const [head = [], tail] = halves.map((half) => (half === '' ? [] : half.split(':')))
  const missing = 8 - head.length - (tail?.length ?? 0)
  if (tail ? missing < 1 : missing !== 0) return undefined
  const groups = [...head, ...Array<string>(tail ? missing : 0).fill('0'), ...(tail ?? [])]
  if (!groups.every((group) => /^[0-9a-f]{1,4}$/i.test(group))) return undefined
  return groups.map((group) => Number.parseInt(group, 16))
}

function inIpv6(address: readonly number[], from: readonly number[], bits: number): boolean {
  for (let at = 0, left = bits; left > 0; at++, left -= 16) {
    const mask = left >= 16 ? 0xffff : (0xffff << (16 - left)) & 0xffff
    if (((address[at] ?? 0) & mask) !== ((from[at] ?? 0) & mask)) return false
  }
  return true
}
