import { accountErrors } from './data/account.ts'
import { callErrors } from './data/calls.ts'
import { deliveryErrors } from './data/delivery.ts'
import { generalErrors } from './data/general.ts'
import { groupErrors } from './data/groups.ts'
import { legacyErrors } from './data/legacy.ts'
import { onboardingErrors } from './data/onboarding.ts'
import { requestErrors } from './data/request.ts'
import { subcodeErrors } from './data/subcodes.ts'
import { templateErrors } from './data/template.ts'
import { templateReviewErrors } from './data/template-review.ts'
import type { ErrorEntry } from './entry.ts'

/** Meta's error codes as data. `pages.errorCodes` */
export const metaErrors: ReadonlyMap<number, ErrorEntry> = new Map(
  [
    ...generalErrors,
    ...accountErrors,
    ...requestErrors,
    ...deliveryErrors,
    ...templateErrors,
    ...templateReviewErrors,
    ...onboardingErrors,
    ...groupErrors,
    ...callErrors,
    ...legacyErrors,
  ].map((entry) => [entry.code, entry]),
)

/** General codes that a subcode makes something of its own, by `code/subcode`. */
export const metaSubcodes: ReadonlyMap<string, ErrorEntry> = new Map(
  subcodeErrors.map((entry) => [`${entry.code}/${entry.subcode}`, entry]),
)
