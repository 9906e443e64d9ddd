import { errorPolicy, titleOf } from '@palomar/cloud-api'

/** Graph's error body. Source: Meta, "Error codes". */
export interface GraphFailure {
  code: number
  details?: string
  /** The catalogue's when absent. */
  title?: string
  subcode?: number
  type?: 'OAuthException' | 'GraphMethodException'
  status?: number
  isTransient?: boolean
}

export function graphError(failure: GraphFailure): Response {
  const { code, details, title = titleOf(code), subcode, type = 'OAuthException', isTransient } = failure
  const error = {
    message: `(#${code}) ${title}`,
    type,
    code,
    ...(subcode === undefined ? {} : { error_subcode: subcode }),
    ...(isOfTemplates(subcode) ? { error_user_title: titleOf(subcode), error_user_msg: details ?? '' } : {}),
    ...(details === undefined ? {} : { error_data: { messaging_product: 'whatsapp', details } }),
    ...(isTransient === undefined ? {} : { is_transient: isTransient }),
    fbtrace_id: traceId(),
  }
  return graphJson({ error }, failure.status ?? errorPolicy(code).http)
}

/** What is wrong with a template is told to people as well. */
const isOfTemplates = (subcode: number | undefined): subcode is number =>
  subcode !== undefined && subcode >= 2_388_000 && subcode < 2_389_000

/** The version that served the call; the newest there is serves those that name none. */
let servedVersion = 'v26.0'
export function servingVersion(version: string): void {
  servedVersion = version
}

export function graphJson(body: unknown, status = 200): Response {
  return new Response(JSON.stringify(body), {
    status,
    headers: {
      'content-type': 'application/json; charset=UTF-8',
      'facebook-api-version': servedVersion,
      'x-fb-trace-id': traceId(),
      'cache-control': 'private, no-cache, no-store, must-revalidate',
    },
  })
}

/** An id that does not exist and one of someone else's look the same. */
export function unknownObject(id: string): Response {
  return graphError({
    code: 100,
    subcode: 33,
    type: 'GraphMethodException',
    title: `Unsupported request. Object with ID '${id}' does not exist, cannot be loaded due to missing permissions, or does not support this operation`,
  })
}

export const tooManyMessages = (): Response =>
  graphError({
    code: 130429,
    details:
      'Message failed to send because there were too many messages sent from this phone number in a short period of time',
    isTransient: true,
  })

let traces = 0
function traceId(): string {
  traces += 1
  return `A${traces.toString(36).padStart(10, '0')}`
}
