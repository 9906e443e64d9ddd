import type { GraphAnswer } from './answer.ts'
import { edge, type GraphCall, type GraphCore, idIn, successIn } from './core.ts'
import { type DownloadCall, downloadFrom, type MediaDownload } from './download.ts'
import { multipart } from './multipart.ts'

/** A file on Meta's side. An upload lives 30 days, the media of a received message 7; the address 5 minutes. */
export interface MediaInfo {
  id: string
  /** Read it with {@link MediaCalls.downloadMedia}; it needs the token. */
  url: string
  mimeType: string
  /** Of the bytes; hex, or base64 in some answers. */
  sha256?: string
  /** In bytes. */
  fileSize?: number
}

export interface UploadCall extends GraphCall {
  phoneNumberId: string
  mimeType: string
  filename: string
  /** In bytes, when it is known; a file that turns out to have another size is not uploaded. */
  size?: number
  /** Read as fast as Graph takes it, once; never held whole. */
  bytes: Uint8Array | AsyncIterable<Uint8Array>
}

export interface MediaCalls {
  /** `POST /{phone_number_id}/media`. In doubt costs nothing but a file that nobody uses: upload again. */
  uploadMedia(call: UploadCall): Promise<GraphAnswer<{ id: string }>>
  /** `GET /{media_id}`. Error 100 with subcode 33: there is no such file, it is over, or it is another number's. */
  getMedia(call: GraphCall & { mediaId: string; phoneNumberId?: string }): Promise<GraphAnswer<MediaInfo>>
  /** The bytes behind an address of `getMedia` or of a webhook. Never rejects; reading the bytes may. */
  downloadMedia(call: DownloadCall): Promise<MediaDownload>
  deleteMedia(call: GraphCall & { mediaId: string; phoneNumberId?: string }): Promise<GraphAnswer<true>>
}

/** `pages.media` */
export const mediaCalls = (core: GraphCore): MediaCalls => ({
  uploadMedia: (call) =>
    core.ask(
      call,
      {
        method: 'POST',
        path: edge(call.phoneNumberId, 'media'),
        body: multipart(
          { messaging_product: 'whatsapp', type: call.mimeType },
          {
            name: 'file',
            filename: call.filename,
            mimeType: call.mimeType,
            size: call.size,
            bytes: call.bytes,
          },
        ),
      },
      (json) => {
        const id = idIn(json)
        return id === undefined ? undefined : { id }
      },
    ),
  getMedia: (call) =>
    core.ask(
      call,
      { method: 'GET', path: edge(call.mediaId), query: { phone_number_id: call.phoneNumberId } },
      (json) => mediaInfoIn(json, call.mediaId),
    ),
  downloadMedia: (call) => downloadFrom(core, call),
  deleteMedia: (call) =>
    core.ask(
      call,
      { method: 'DELETE', path: edge(call.mediaId), query: { phone_number_id: call.phoneNumberId } },
      successIn,
    ),
})

function mediaInfoIn(json: Record<string, unknown>, mediaId: string): MediaInfo | undefined {
  if (typeof json.url !== 'string' || json.url === '') return undefined
  // A number in answers, text in Meta's own samples.
  const fileSize = Number(json.file_size ?? Number.NaN)
  return {
    id: idIn(json) ?? mediaId,
    url: json.url,
    mimeType: typeof json.mime_type === 'string' ? json.mime_type : '',
    ...(typeof json.sha256 === 'string' ? { sha256: json.sha256 } : {}),
    ...(Number.isSafeInteger(fileSize) && fileSize >= 0 ? { fileSize } : {}),
  }
}
