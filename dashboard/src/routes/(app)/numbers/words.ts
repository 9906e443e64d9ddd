import { m } from '#lib/paraglide/messages.js'

export const rateWord = (perSecond: number): string => m.per_second({ count: perSecond })
