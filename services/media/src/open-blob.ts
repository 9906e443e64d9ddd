import { resolve } from 'node:path'
import { type Blob, createFileBlob, createS3Blob, type FileBlob } from '@palomar/blob'
import type { Config } from './config.ts'

/** The store that the configuration names; `files` when its addresses are ours to answer. */
export async function openBlob(
  config: Config,
  baseUrl: () => string,
): Promise<{ blob: Blob; files: FileBlob | undefined }> {
  if (config.BLOB_DRIVER === 's3') {
    const blob = createS3Blob({
      ...(config.S3_ENDPOINT !== undefined && { endpoint: config.S3_ENDPOINT }),
      bucket: config.S3_BUCKET ?? '',
      region: config.S3_REGION,
      accessKeyId: config.S3_ACCESS_KEY_ID ?? '',
      secretAccessKey: config.S3_SECRET_ACCESS_KEY ?? '',
    })
    return { blob, files: undefined }
  }
  const files = await createFileBlob({
    folder: resolve(config.BLOB_FOLDER),
    baseUrl,
    secret: config.URL_SIGNING_KEY,
  })
  return { blob: files, files }
}
