import type { mediaV1 } from '@palomar/contracts'
import type { Handlers } from '@palomar/rpc'
import { createUpload } from './create-upload.ts'
import { deleteMedia } from './delete-media.ts'
import type { RpcDeps } from './deps.ts'
import { getMedia } from './get-media.ts'
import { getMediaUrl } from './get-media-url.ts'
import { resolveForMeta } from './resolve-for-meta.ts'
import { retryMedia } from './retry-media.ts'

export function mediaHandlers(deps: RpcDeps): Handlers<typeof mediaV1.MediaServiceService> {
  return {
    createUpload: createUpload(deps),
    getMedia: getMedia(deps),
    getMediaUrl: getMediaUrl(deps),
    retryMedia: retryMedia(deps),
    deleteMedia: deleteMedia(deps),
    resolveForMeta: resolveForMeta(deps),
  }
}
