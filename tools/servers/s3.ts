import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { inheritedEnvironment, startChild } from './child.ts'
import { freePort, isListening } from './port.ts'
import { s3Program } from './s3-program.ts'
import type { Server } from './server.ts'
import { untilReady } from './until.ts'

export interface S3Options {
  folder: string
  accessKeyId: string
  secretAccessKey: string
  buckets: readonly string[]
}

/** An S3 of our own on loopback: buckets are folders. Undefined when its program cannot be had. */
export async function startS3(options: S3Options): Promise<Server | undefined> {
  const program = await s3Program()
  if (!program) return undefined
  const [root, sidecar] = ['s3-objects', 's3-metadata'].map((name) => join(options.folder, name)) as [
    string,
    string,
  ]
  for (const bucket of options.buckets) mkdirSync(join(root, bucket), { recursive: true })
  mkdirSync(sidecar, { recursive: true })
  const port = await freePort()
  const child = startChild({
    name: 'S3',
    command: program,
    // Its metadata beside the files: not every file system has extended attributes.
    args: ['--port', `127.0.0.1:${port}`, '--quiet', 'posix', '--sidecar', sidecar, root],
    env: {
      ...inheritedEnvironment(),
      ROOT_ACCESS_KEY: options.accessKeyId,
      ROOT_SECRET_KEY: options.secretAccessKey,
    },
    cwd: options.folder,
    logFile: join(options.folder, 'logs/s3.log'),
  })
  await untilReady(child, () => isListening('127.0.0.1', port))
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    child,
    stop: async () => void (await child.stop()),
    says: `S3 (versitygw), data in ${root}`,
  }
}
