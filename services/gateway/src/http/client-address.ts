/**
 * The address a request came from. X-Forwarded-For counts only as far as proxies of ours wrote it: with one trusted
 * hop the last entry, with two the one before; what is further left anyone can claim.
 */
export function clientAddress(headers: Headers, peer: string | undefined, trustedHops: number): string {
  const fallback = peer ?? 'unknown'
  if (trustedHops === 0) return fallback
  const chain = (headers.get('x-forwarded-for') ?? '').split(',').map((part) => part.trim())
  const found = chain[chain.length - trustedHops]
  return found ? found : fallback
}
