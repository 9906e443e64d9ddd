/** A file out of a multipart form, as it comes: nothing of it is kept. */
import { Readable } from 'node:stream'
import Busboy, { type BusboyInstance } from '@fastify/busboy'
import { appError } from '@palomar/errors'

export interface FormFile {
  filename: string
  mimeType: string
  /** Ends only when the whole form was read and held nothing but this file. */
  bytes: AsyncIterable<Uint8Array>
}

/** Beside the file a form may have a few small fields, which nobody reads. */
const limits = { files: 1, fields: 10, fieldSize: 4 * 1024, fieldNameSize: 100, headerPairs: 20 }

/** The one file of a form; `validation_failed` when there is none, or another beside it. */
export async function fileInForm(
  contentType: string,
  body: ReadableStream<Uint8Array> | null,
): Promise<FormFile> {
  let parser: BusboyInstance
  try {
    parser = new Busboy({ headers: { 'content-type': contentType }, limits })
  } catch {
    throw appError('bad_request', { detail: 'The form has no boundary.' })
  }
  const source = Readable.from(body ?? [])
  const ended = new Promise<void>((resolve, reject) => {
    parser.once('finish', resolve)
    parser.once('filesLimit', () => reject(fileProblem('several', 'Send one file at a time.')))
    parser.once('error', (cause) => reject(incomplete(cause)))
    source.once('error', (cause) => {
      reject(appError('bad_request', { detail: 'The form did not all arrive.', cause }))
      parser.destroy()
    })
  })
  const file = new Promise<FormFile>((resolve, reject) => {
    parser.on('file', (_field, stream, filename, _encoding, mimeType) => {
      // The form may end inside the file before anyone reads it.
      stream.on('error', (error) => {
        if (!stream.destroyed) stream.destroy(error)
      })
      resolve({ filename: filename ?? '', mimeType, bytes: wholly(stream, ended) })
    })
    ended.then(() => reject(fileProblem('required', 'The form has no file.')), reject)
  })
  source.pipe(parser)
  return file
}

async function* wholly(stream: AsyncIterable<Uint8Array>, ended: Promise<void>): AsyncGenerator<Uint8Array> {
  // What is wrong behind the file is wrong with the file, too: it must not count as sent.
  const problem = ended.then(
    () => undefined,
    (error: unknown) => error,
  )
  try {
    for await (const chunk of stream) yield chunk
  } catch (cause) {
    throw incomplete(cause)
  }
  const error = await problem
  if (error !== undefined) throw error
}

const incomplete = (cause: unknown) => appError('bad_request', { detail: 'The form is not complete.', cause })

function fileProblem(code: string, detail: string) {
  return appError('validation_failed', { fields: [{ path: 'file', code, detail }] })
}
