/** Bytes under keys, in a folder or in S3; the only importer of the AWS SDK. */
export {
  type Blob,
  type ByteRange,
  type Found,
  type PutOptions,
  type SignedUrlOptions,
  type Stored,
  TooLarge,
} from './blob.ts'
export { createFileBlob, type FileBlob, type FileBlobOptions } from './file/file-blob.ts'
export { createFileServer } from './file/serve.ts'
export { parseRange } from './range.ts'
export { createS3Blob, type S3BlobOptions } from './s3/s3-blob.ts'
export { safeHeaders } from './safe-headers.ts'
