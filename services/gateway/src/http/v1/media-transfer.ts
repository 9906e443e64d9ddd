/** The bytes of files, between clients and the addresses that media signs; streamed both ways. */
import { mediaV1 } from '@palomar/contracts'
import { type AppError, appError, type FieldError, isErrorCode } from '@palomar/errors'

/** 100 MB over a slow line. */
const transferMsMax = 15 * 60_000

/** PUTs a stream at an upload address; the stored file, or media's refusal. */
export async function putBytes(
  url: string,
  bytes: AsyncIterable<Uint8Array>,
  requestId: string,
): Promise<mediaV1.Media> {
  let broken: { error: unknown } | undefined
  const source = streamOf(bytes, (error) => {
    broken = { error }
  })
  let response: Response
  try {
    response = await fetch(url, {
      method: 'PUT',
      body: source,
      headers: { 'x-request-id': requestId, 'content-type': 'application/octet-stream' },
      redirect: 'error',
      signal: AbortSignal.timeout(transferMsMax),
    })
  } catch (cause) {
    // What the client sent, or failed to send, is told before what that did to our own request.
    if (broken) throw broken.error
    throw appError('unavailable', { internal: 'the upload address does not answer', cause })
  }
  if (response.ok) return mediaV1.Media.decode(await response.bytes())
  if (broken) throw broken.error
  throw await refusalOf(response)
}

async function refusalOf(response: Response): Promise<AppError> {
  const problem = (await response.json().catch(() => undefined)) as
    | { code?: unknown; detail?: string; errors?: FieldError[] }
    | undefined
  if (!isErrorCode(problem?.code)) {
    return appError('unavailable', { internal: `an upload was answered HTTP ${response.status}` })
  }
  const { code, detail, errors = [] } = problem
  return appError(code, { ...(detail && { detail }), ...(errors.length > 0 && { fields: errors }) })
}

function streamOf(
  bytes: AsyncIterable<Uint8Array>,
  onError: (error: unknown) => void,
): ReadableStream<Uint8Array> {
  const source = bytes[Symbol.asyncIterator]()
  return new ReadableStream(
    {
      async pull(controller) {
        try {
          const { done, value } = await source.next()
          if (done) controller.close()
          else controller.enqueue(value)
        } catch (error) {
          onError(error)
          controller.error(error)
        }
      },
      async cancel() {
        await source.return?.()
      },
    },
    { highWaterMark: 1 },
  )
}

const passed = ['content-type', 'content-length', 'content-range', 'content-disposition'] as const

/** The bytes behind a signed address as an answer of ours, a range of them when asked for one. */
export async function answerBytes(
  url: string,
  request: { headers: Headers },
  { sha256 }: Pick<mediaV1.Media, 'sha256'>,
): Promise<Response> {
  const etag = `"${sha256}"`
  const headers: Record<string, string> = {
    etag,
    'accept-ranges': 'bytes',
    // What an id stands for never changes; a shared computer's next user has another credential.
    'cache-control': 'private, max-age=3600',
    vary: 'Authorization, X-Api-Key, X-Tenant-Id',
  }
  if (request.headers.get('if-none-match') === etag) return new Response(null, { status: 304, headers })
  const condition = request.headers.get('if-range')
  const range = condition === null || condition === etag ? request.headers.get('range') : null
  const upstream = await fetch(url, {
    headers: range === null ? {} : { range },
    redirect: 'error',
    signal: AbortSignal.timeout(transferMsMax),
  }).catch((cause) => {
    throw appError('unavailable', { internal: 'the store does not answer', cause })
  })
  const { status } = upstream
  if (status !== 200 && status !== 206 && status !== 416) {
    await upstream.body?.cancel()
    throw appError('unavailable', { internal: `the store answered HTTP ${status}` })
  }
  for (const name of passed) {
    const value = upstream.headers.get(name)
    if (value !== null) headers[name] = value
  }
  if (status !== 416) return new Response(upstream.body, { status, headers })
  await upstream.body?.cancel()
  for (const name of ['content-length', 'content-type']) delete headers[name]
  return new Response(null, { status, headers })
}
