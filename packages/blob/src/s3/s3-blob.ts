import { Readable } from 'node:stream'
import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3'
import { Upload } from '@aws-sdk/lib-storage'
import { getSignedUrl } from '@aws-sdk/s3-request-presigner'
import { AppError, appError } from '@palomar/errors'
import { type Blob, type ByteRange, TooLarge } from '../blob.ts'
import { checkKey } from '../key.ts'
import { meter } from '../meter.ts'

export interface S3BlobOptions {
  /** Of an S3 that is not Amazon's; its buckets are then in the path. */
  endpoint?: string
  bucket: string
  region: string
  accessKeyId: string
  secretAccessKey: string
}

/** S3's least but for the last one. Two in memory per upload: one on its way, one filling. */
const partBytes = 5 * 1024 * 1024
const partsAtOnce = 1

/**
 * A bucket. Up to 5 MB go in one request, more in parts that become one object at the end; a stream that breaks ends its
 * upload. Dies in between: parts without an object stay, which a lifecycle rule of the bucket should end after a
 * day (AbortIncompleteMultipartUpload).
 */
export function createS3Blob(options: S3BlobOptions): Blob {
  const { bucket: Bucket } = options
  const client = new S3Client({
    region: options.region,
    credentials: { accessKeyId: options.accessKeyId, secretAccessKey: options.secretAccessKey },
    ...(options.endpoint !== undefined && { endpoint: options.endpoint, forcePathStyle: true }),
    // Stores other than Amazon's do not know the newer checksums; ours travels in the row.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    requestHandler: { connectionTimeout: 5_000, requestTimeout: 60_000, throwOnRequestTimeout: true },
  })

  return {
    async put(key, source, putOptions) {
      const metered = meter(source, putOptions)
      const upload = new Upload({
        client,
        params: {
          Bucket,
          Key: checkKey(key),
          Body: Readable.from(metered.chunks, { objectMode: false }),
          ContentType: putOptions.mimeType,
        },
        partSize: partBytes,
        queueSize: partsAtOnce,
        leavePartsOnError: false,
      })
      await upload.done().catch(refuse)
      return metered.result()
    },
    async get(key, range) {
      const answer = await unlessMissing(
        client.send(
          new GetObjectCommand({ Bucket, Key: checkKey(key), ...(range && { Range: rangeHeader(range) }) }),
        ),
      )
      if (answer === undefined || answer === 'unsatisfiable') return answer
      const [start, end, sizeBytes] = placeOf(answer.ContentRange, answer.ContentLength ?? 0)
      return { bytes: answer.Body as Readable, sizeBytes, start, end }
    },
    async head(key) {
      const answer = await unlessMissing(client.send(new HeadObjectCommand({ Bucket, Key: checkKey(key) })))
      return typeof answer === 'object' ? { sizeBytes: answer.ContentLength ?? 0 } : undefined
    },
    async delete(key) {
      await unlessMissing(client.send(new DeleteObjectCommand({ Bucket, Key: checkKey(key) })))
    },
    signedUrl: (key, { expiresInS, mimeType, disposition }) =>
      getSignedUrl(
        client,
        new GetObjectCommand({
          Bucket,
          Key: checkKey(key),
          ResponseContentType: mimeType,
          ResponseContentDisposition: disposition,
        }),
        { expiresIn: expiresInS },
      ),
    async ping() {
      await client.send(new HeadBucketCommand({ Bucket })).catch(refuse)
    },
    close: () => client.destroy(),
  }
}

const rangeHeader = ({ start, end }: ByteRange) => `bytes=${start}-${end ?? ''}`

function placeOf(contentRange: string | undefined, length: number): [number, number, number] {
  const [, start, end, size] = /^bytes (\d+)-(\d+)\/(\d+)$/.exec(contentRange ?? '') ?? []
  return size === undefined ? [0, length - 1, length] : [Number(start), Number(end), Number(size)]
}

async function unlessMissing<T>(answer: Promise<T>): Promise<T | 'unsatisfiable' | undefined> {
  try {
    return await answer
  } catch (error) {
    const status = statusOf(error)
    if (status === 404 && (error as Error).name !== 'NoSuchBucket') return undefined
    if (status === 416) return 'unsatisfiable'
    return refuse(error)
  }
}

/** S3's refusals and the network's are `unavailable`; whatever the source or the caller's check threw stays what it is. */
function refuse(error: unknown): never {
  if (error instanceof AppError || error instanceof TooLarge) throw error
  const { name, code } = error as { name?: string; code?: string }
  if (statusOf(error) === undefined && code === undefined && name !== 'TimeoutError') throw error
  throw appError('unavailable', {
    internal: `S3: ${name ?? 'error'} ${statusOf(error) ?? code ?? ''}`.trim(),
    cause: error,
  })
}

function statusOf(error: unknown): number | undefined {
  return (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode
}
