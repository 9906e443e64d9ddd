import type { mediaV1 } from '@palomar/contracts'
import { appError } from '@palomar/errors'
import { z } from 'zod'
import type { Clients } from '../../clients.ts'
import { Reply, type Route, route } from '../route.ts'
import { idParams, iso, line, nullableInstant, nullableText, orNull } from './fields.ts'
import { fileInForm } from './media-form.ts'
import { answerBytes, putBytes } from './media-transfer.ts'

const tag = 'Media'

/** No kind of file is larger; each has its own limit besides. */
const fileBytesMax = 100 * 1024 * 1024

const media = z.object({
  id: z.string(),
  direction: z.enum(['inbound', 'outbound']),
  kind: nullableText,
  state: z.enum(['pending', 'stored', 'failed', 'deleted']),
  mime_type: nullableText,
  size_bytes: z.number().nullable(),
  sha256: nullableText,
  filename: nullableText,
  failure_code: nullableText,
  message_id: nullableText,
  number_id: nullableText,
  created_by: nullableText,
  created_at: nullableInstant,
  stored_at: nullableInstant,
  version: z.number(),
})

function show(one: mediaV1.Media): z.output<typeof media> {
  return {
    id: one.id,
    direction: one.direction === 'outbound' ? 'outbound' : 'inbound',
    kind: orNull(one.kind),
    state: media.shape.state.safeParse(one.state).data ?? 'pending',
    mime_type: orNull(one.mimeType),
    size_bytes: one.state === 'stored' ? Number(one.sizeBytes) : null,
    sha256: orNull(one.sha256),
    filename: orNull(one.filename),
    failure_code: orNull(one.failureCode),
    message_id: orNull(one.messageId),
    number_id: orNull(one.numberId),
    created_by: orNull(one.createdBy),
    created_at: iso(one.createdAt),
    stored_at: iso(one.storedAt),
    version: Number(one.version),
  }
}

export function mediaRoutes({ media: service }: Clients): Route[] {
  return [
    route({
      method: 'POST',
      path: '/v1/media',
      access: 'messages:send',
      tag,
      summary: 'Upload a file, to be sent by its id',
      description:
        'The bytes as the body with their Content-Type (and ?filename=), or multipart/form-data with one file. Images up to 5 MB (JPEG, PNG), videos (MP4, 3GPP) and sound 16 MB, stickers (WebP) 500 KB, documents 100 MB. Send it with {"type":"image","image":{"id":"med_…"}}.',
      query: z.object({ filename: line(240).optional() }),
      bytes: {
        'application/octet-stream': { type: 'string', format: 'binary' },
        'multipart/form-data': {
          type: 'object',
          required: ['file'],
          properties: { file: { type: 'string', format: 'binary' } },
        },
      },
      status: 201,
      answer: media,
      refusals: ['validation_failed', 'payload_too_large', 'bad_request'],
      handle: async ({ query, headers, stream, requestId, as }) => {
        const contentType = headers.get('content-type') ?? ''
        const isForm = /^multipart\/form-data\b/i.test(contentType)
        const length = Number(headers.get('content-length') ?? 0)
        // A form is a little more than its file.
        if (length > fileBytesMax + (isForm ? 64 * 1024 : 0)) throw tooLarge()
        const file = isForm
          ? { size: 0, ...(await fileInForm(contentType, stream)) }
          : { size: length, filename: '', mimeType: contentType, bytes: iterate(stream) }
        if (file.mimeType === '') throw noType()
        const { uploadUrl } = await service.createUpload(
          {
            mimeType: file.mimeType,
            filename: query.filename ?? file.filename,
            sizeBytes: BigInt(file.size || 0),
            tenantId: '',
          },
          as('media'),
        )
        const stored = await putBytes(uploadUrl, file.bytes, requestId)
        return new Reply(show(stored), { headers: { location: `/v1/media/${stored.id}` } })
      },
    }),
    route({
      method: 'GET',
      path: '/v1/media/:id',
      access: 'messages:read',
      tag,
      summary: 'What is known of a file',
      params: idParams('media'),
      status: 200,
      answer: media,
      handle: async ({ params, as }) => show(await service.getMedia({ id: params.id }, as('media'))),
    }),
    route({
      method: 'GET',
      path: '/v1/media/:id/content',
      access: 'messages:read',
      tag,
      summary: 'The bytes of a file, or a range of them',
      params: idParams('media'),
      headers: { Range: 'One range of bytes.', 'If-None-Match': 'The ETag of what the client has.' },
      status: 200,
      refusals: ['media_not_stored', 'media_deleted'],
      handle: async ({ params, headers, as }) => {
        const { media, url } = await service.getMediaUrl({ id: params.id }, as('media'))
        if (!media || url === '') throw appError('internal', { internal: 'GetMediaUrl answered no address' })
        return answerBytes(url, { headers }, media)
      },
    }),
    route({
      method: 'POST',
      path: '/v1/media/:id/retry',
      access: 'conversations:manage',
      tag,
      summary: 'Ask WhatsApp again for a file that could not be fetched',
      params: idParams('media'),
      status: 200,
      answer: media,
      handle: async ({ params, as }) => show(await service.retryMedia({ id: params.id }, as('media'))),
    }),
    route({
      method: 'DELETE',
      path: '/v1/media/:id',
      access: 'messages:send',
      tag,
      summary: 'Delete the bytes of a file',
      params: idParams('media'),
      status: 204,
      handle: async ({ params, as }) => {
        await service.deleteMedia({ id: params.id }, as('media'))
      },
    }),
  ]
}

const iterate = (stream: ReadableStream<Uint8Array> | null): AsyncIterable<Uint8Array> => stream ?? empty()

async function* empty(): AsyncGenerator<Uint8Array> {}

function tooLarge() {
  const detail = `A file may have at most ${fileBytesMax} bytes.`
  return appError('payload_too_large', { detail, fields: [{ path: 'file', code: 'too_large', detail }] })
}

function noType() {
  const detail = 'Say what the file is in Content-Type.'
  return appError('validation_failed', { fields: [{ path: 'content_type', code: 'required', detail }] })
}
