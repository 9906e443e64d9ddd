import { createFileServer, type FileBlob } from '@palomar/blob'
import { AppError, toProblem } from '@palomar/errors'
import { fileBytesMax } from '../domain/kind.ts'
import { isUploadPath } from '../domain/upload-address.ts'
import { putUpload, type UploadDeps } from './put-upload.ts'

export interface HttpServer {
  readonly port: number
  /** Requests under way may finish until the deadline. */
  stop(deadlineMs: number): Promise<void>
}

/**
 * The port that gateways fetch from and upload to, at signed addresses only: PUT /uploads/…, and GET /files/… where the
 * bytes are in a folder (S3 answers its own addresses).
 */
export function startHttp(
  options: UploadDeps & { port: number; host: string; files: FileBlob | undefined },
): HttpServer {
  const serveFile = options.files && createFileServer(options.files, () => options.clock.now())
  const { logger } = options

  const server = Bun.serve({
    port: options.port,
    hostname: options.host,
    // The store may take its time over the last part.
    idleTimeout: 120,
    // The limit of the file's kind is checked while it comes; this one only bounds what a limit of ours forgets.
    maxRequestBodySize: fileBytesMax + 1024,
    async fetch(request) {
      const url = new URL(request.url)
      try {
        if (isUploadPath(url.pathname)) {
          if (request.method !== 'PUT') return new Response(null, { status: 405, headers: { allow: 'PUT' } })
          return await putUpload(request, url, options)
        }
        return (await serveFile?.(request)) ?? new Response(null, { status: 404 })
      } catch (error) {
        if (!(error instanceof AppError)) logger.error('request failed', { method: request.method, error })
        const { status, body } = toProblem(error, request.headers.get('x-request-id') ?? '')
        return Response.json(body, { status, headers: { 'content-type': 'application/problem+json' } })
      }
    },
    error(error) {
      logger.error('request failed', { error })
      return new Response(null, { status: 500 })
    },
  })

  return {
    port: server.port ?? 0,
    async stop(deadlineMs) {
      await Promise.race([server.stop(), Bun.sleep(deadlineMs)])
      await server.stop(true)
    },
  }
}
