/** TEMPORARY until cloud-api's recipientKey is there. */
export function recipientKeyOf(
  recipient: { to: string; userId: string },
  number: { portfolio_id: string | null } | undefined,
): string {
  if (recipient.to !== '') return `p:${recipient.to.replaceAll(/\D/g, '')}`
  return `b:${number?.portfolio_id ?? ''}:${recipient.userId}`
}
