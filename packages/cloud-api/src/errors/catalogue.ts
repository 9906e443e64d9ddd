import { accountErrors } from './data/account.ts'
import { deliveryErrors } from './data/delivery.ts'
import { generalErrors } from './data/general.ts'
import { requestErrors } from './data/request.ts'
import { templateErrors } from './data/template.ts'
import type { ErrorEntry } from './entry.ts'

/** Meta's error codes as data. https://developers.facebook.com/docs/whatsapp/cloud-api/support/error-codes */
export const metaErrors: ReadonlyMap<number, ErrorEntry> = new Map(
  [...generalErrors, ...accountErrors, ...requestErrors, ...deliveryErrors, ...templateErrors].map(
    (entry) => [entry.code, entry],
  ),
)
