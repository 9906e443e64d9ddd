import type { Limit } from '../limits/limit.ts'
import type { LimitName } from '../limits/limits.ts'

/**
 * Where Meta is silent or says two things, what is taken for true. The defaults refuse only what some page of Meta's refuses.
 */
export interface SendRules {
  /** `allow` lets top-level fields pass that we do not know; Graph refuses them as misspelt (100). [?] */
  unknownFields?: 'refuse' | 'allow'
  /** Marketing templates may go to an endpoint of their own, which takes three more fields. */
  endpoint?: 'messages' | 'marketing_messages'
  /** Meta's older reference wants a part beside `formatted_name`; newer pages do not. [?: pywa `types/others.py` quotes it] */
  contactNameParts?: 'require' | 'allow'
  /** Line breaks, tabs and five spaces in template parameters: 132018, seen as 100 too. [?] */
  parameterWhitespace?: 'refuse' | 'allow'
  /** Under a location request. [?: no client sends one] */
  locationRequestFooter?: 'refuse' | 'allow'
  /** Other bounds than those of the table. */
  limits?: Partial<Record<LimitName, Limit>>
}
