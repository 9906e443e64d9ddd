import { randomBytes } from 'node:crypto'
import type { RequestBody } from './request-body.ts'

export interface FilePart {
  name: string
  filename: string
  mimeType: string
  /** In bytes, when it is known before the last of them. */
  size?: number | undefined
  bytes: Uint8Array | AsyncIterable<Uint8Array>
}

/** A form of text fields and one file, which is last and never held in memory. RFC 7578. */
export function multipart(
  fields: Readonly<Record<string, string>>,
  file: FilePart,
): { body: RequestBody; contentType: string } {
  // Beyond guessing, so that no file can hold it.
  const boundary = `----palomar${randomBytes(18).toString('hex')}`
  const texts = Object.entries(fields).map(
    ([name, value]) =>
      `--${boundary}\r\nContent-Disposition: form-data; name="${quoted(name)}"\r\n\r\n${value}\r\n`,
  )
  const head = Buffer.from(
    `${texts.join('')}--${boundary}\r\nContent-Disposition: form-data; name="${quoted(file.name)}"; filename="${quoted(file.filename)}"\r\nContent-Type: ${file.mimeType.replace(/[\r\n]/g, '')}\r\n\r\n`,
  )
  const tail = Buffer.from(`\r\n--${boundary}--\r\n`)
  const size = file.bytes instanceof Uint8Array ? file.bytes.length : file.size
  async function* content(): AsyncGenerator<Uint8Array> {
    yield head
    if (file.bytes instanceof Uint8Array) yield file.bytes
    else yield* file.bytes
    yield tail
  }
  return {
    body: {
      length: size === undefined ? undefined : head.length + size + tail.length,
      content: content(),
    },
    contentType: `multipart/form-data; boundary=${boundary}`,
  }
}

/** As browsers do it, so that a file name cannot end its header. https://html.spec.whatwg.org/#multipart-form-data */
const quoted = (text: string): string =>
  text.replace(/[\r\n"]/g, (char) => (char === '"' ? '%22' : char === '\r' ? '%0D' : '%0A'))
