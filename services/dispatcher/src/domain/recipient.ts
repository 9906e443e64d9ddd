import { recipientKey } from '@palomar/cloud-api'
import { idFromUuid } from '@palomar/contracts'

/** The key that windows and limits are kept by; empty for a recipient that is neither a phone nor a user id (a group). */
export function recipientKeyOf(
  recipient: { to: string; userId: string },
  number: { portfolio_id: string | null } | undefined,
): string {
  const portfolio = number?.portfolio_id
  return (
    recipientKey({
      phone: recipient.to,
      bsuid: recipient.userId,
      portfolioId: portfolio ? idFromUuid('portfolio', portfolio) : '',
    }) ?? ''
  )
}
