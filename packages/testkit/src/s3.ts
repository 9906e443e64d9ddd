import { mkdtempSync } from 'node:fs'
import { join } from 'node:path'
import { startS3 } from '../../../tools/servers/index.ts'
import { stack } from './stack.ts'

/** An S3 server of one test file, with one bucket, as a client needs to know it. */
export interface TestS3 {
  endpoint: string
  bucket: string
  region: string
  accessKeyId: string
  secretAccessKey: string
  stop(): Promise<void>
}

const bucket = 'palomar-media'

/** Undefined where versitygw cannot be had: the test names its skip, and with CI=true that is a failure. */
export async function testS3(): Promise<TestS3 | undefined> {
  const login = { accessKeyId: 'test-access-key', secretAccessKey: `test-${crypto.randomUUID()}` }
  const server = await startS3({
    folder: mkdtempSync(join(stack().folder(), 's3-')),
    ...login,
    buckets: [bucket],
  })
  if (!server) return undefined
  return { endpoint: server.url, bucket, region: 'us-east-1', ...login, stop: () => server.stop() }
}
