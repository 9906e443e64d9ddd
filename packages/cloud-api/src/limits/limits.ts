import { accountLimits } from './account.ts'
import type { Limit } from './limit.ts'
import { mediaLimits } from './media.ts'
import { messageLimits } from './messages.ts'
import { templateLimits } from './templates.ts'

/** Every limit of what we send to Meta, as one table. */
export const limits = {
  ...messageLimits,
  ...templateLimits,
  ...accountLimits,
  ...mediaLimits,
} satisfies Record<string, Limit>

export type LimitName = keyof typeof limits
export type Limits = Readonly<Record<LimitName, Limit>>
