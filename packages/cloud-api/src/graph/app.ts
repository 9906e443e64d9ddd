import { isObject } from '../json.ts'
import type { GraphAnswer } from './answer.ts'
import { edge, type GraphCall, type GraphCore, idIn, successIn } from './core.ts'

type OfApp = GraphCall & { appId: string }

/** What Meta says of a token. */
export interface TokenInfo {
  isValid: boolean
  appId: string
  scopes: string[]
  /** Absent: never. */
  expiresAt?: Date
  /** Scope → the nodes it reaches. */
  targets: Record<string, string[]>
}

export interface AppCalls {
  /** The code of Embedded Signup for a token; once, within about 30 s. */
  exchangeCode(
    call: Omit<GraphCall, 'token'> & { clientId: string; clientSecret: string; code: string },
  ): Promise<GraphAnswer<{ accessToken: string; expiresInSeconds?: number }>>
  /** With the app's own token, `{app-id}|{app-secret}`. */
  debugToken(call: GraphCall & { inputToken: string }): Promise<GraphAnswer<TokenInfo>>
  /** Where the app's webhooks go, and which fields. */
  subscribeApp(
    call: OfApp & { callbackUrl: string; verifyToken: string; fields: readonly string[] },
  ): Promise<GraphAnswer<true>>
  /** First step of an upload for template samples and profile pictures. */
  startUpload(
    call: OfApp & { filename: string; size: number; mimeType: string },
  ): Promise<GraphAnswer<{ id: string }>>
  /** The bytes from `offset` on; the handle goes into a template's example. */
  continueUpload(
    call: GraphCall & {
      uploadId: string
      offset: number
      size: number
      bytes: Uint8Array | AsyncIterable<Uint8Array>
    },
  ): Promise<GraphAnswer<{ handle: string }>>
  /** How far an upload came, to go on after a break. */
  uploadOffset(call: GraphCall & { uploadId: string }): Promise<GraphAnswer<{ offset: number }>>
}

/** `pages.uploads`, `pages.accessTokens` */
export const appCalls = (core: GraphCore): AppCalls => ({
  exchangeCode: (call) =>
    core.ask(
      // The secret speaks for the app; there is no token yet.
      { ...call, token: `${call.clientId}|${call.clientSecret}` },
      {
        method: 'GET',
        path: 'oauth/access_token',
        query: { client_id: call.clientId, client_secret: call.clientSecret, code: call.code },
      },
      ({ access_token, expires_in }) =>
        typeof access_token === 'string'
          ? {
              accessToken: access_token,
              ...(typeof expires_in === 'number' ? { expiresInSeconds: expires_in } : {}),
            }
          : undefined,
    ),
  debugToken: (call) =>
    core.ask(
      call,
      { method: 'GET', path: 'debug_token', query: { input_token: call.inputToken } },
      tokenInfoIn,
    ),
  subscribeApp: (call) =>
    core.ask(
      call,
      {
        method: 'POST',
        path: edge(call.appId, 'subscriptions'),
        json: {
          object: 'whatsapp_business_account',
          callback_url: call.callbackUrl,
          verify_token: call.verifyToken,
          fields: call.fields.join(','),
        },
      },
      successIn,
    ),
  startUpload: (call) =>
    core.ask(
      call,
      {
        method: 'POST',
        path: edge(call.appId, 'uploads'),
        query: { file_name: call.filename, file_length: String(call.size), file_type: call.mimeType },
      },
      (json) => {
        const id = idIn(json)
        return id === undefined ? undefined : { id }
      },
    ),
  continueUpload: (call) =>
    core.ask(
      call,
      {
        method: 'POST',
        path: uploadPath(call.uploadId),
        // This edge alone wants the word OAuth. [code: pywa `upload_file`]
        headers: { authorization: `OAuth ${call.token}`, file_offset: String(call.offset) },
        body: {
          body: { length: call.size - call.offset, content: once(call.bytes) },
          contentType: 'application/octet-stream',
        },
      },
      ({ h }) => (typeof h === 'string' ? { handle: h } : undefined),
    ),
  uploadOffset: (call) =>
    core.ask(
      call,
      {
        method: 'GET',
        path: uploadPath(call.uploadId),
        headers: { authorization: `OAuth ${call.token}` },
      },
      ({ file_offset }) => {
        const offset = Number(file_offset)
        return Number.isSafeInteger(offset) ? { offset } : undefined
      },
    ),
})

/** `upload:MTphd…?sig=…`: its question mark begins the query. Anything else of an address is taken out of it. */
const uploadPath = (id: string): string => id.replace(/[/\\#]/g, encodeURIComponent)

async function* once(bytes: Uint8Array | AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  if (bytes instanceof Uint8Array) yield bytes
  else yield* bytes
}

function tokenInfoIn({ data }: Record<string, unknown>): TokenInfo | undefined {
  if (!isObject(data)) return undefined
  const texts = (value: unknown) => (Array.isArray(value) ? value.map(String) : [])
  const granular = Array.isArray(data.granular_scopes) ? data.granular_scopes.filter(isObject) : []
  const expires = Number(data.expires_at ?? 0)
  return {
    isValid: data.is_valid === true,
    appId: String(data.app_id ?? ''),
    scopes: texts(data.scopes),
    ...(expires > 0 ? { expiresAt: new Date(expires * 1_000) } : {}),
    targets: Object.fromEntries(granular.map(({ scope, target_ids }) => [String(scope), texts(target_ids)])),
  }
}
