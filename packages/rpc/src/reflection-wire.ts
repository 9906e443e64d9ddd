/** The messages of grpc.reflection.v1 (v1alpha is the same on the wire), as far as a server needs them. */
import { BinaryReader, BinaryWriter } from '@bufbuild/protobuf/wire'

export type Question =
  | { kind: 'file'; name: string }
  | { kind: 'symbol'; name: string }
  | { kind: 'extension'; type: string; number: number }
  | { kind: 'extensionNumbers'; type: string }
  | { kind: 'services' }
  | { kind: 'unknown' }

export interface ReflectionRequest {
  question: Question
  /** Sent back as it came. */
  bytes: Uint8Array
}

export type ReflectionAnswer =
  | { kind: 'files'; files: Uint8Array[] }
  | { kind: 'services'; names: string[] }
  | { kind: 'extensionNumbers'; type: string; numbers: number[] }
  | { kind: 'error'; code: number; message: string }

export interface ReflectionResponse {
  to: ReflectionRequest
  answer: ReflectionAnswer
}

export function decodeRequest(bytes: Buffer): ReflectionRequest {
  const reader = new BinaryReader(bytes)
  let question: Question = { kind: 'unknown' }
  while (reader.pos < reader.len) {
    const tag = reader.uint32()
    switch (tag >>> 3) {
      case 3:
        question = { kind: 'file', name: reader.string() }
        break
      case 4:
        question = { kind: 'symbol', name: reader.string() }
        break
      case 5:
        question = decodeExtension(reader.bytes())
        break
      case 6:
        question = { kind: 'extensionNumbers', type: reader.string() }
        break
      case 7:
        reader.string()
        question = { kind: 'services' }
        break
      default:
        reader.skip(tag & 7)
    }
  }
  return { question, bytes }
}

function decodeExtension(bytes: Uint8Array): Question {
  const reader = new BinaryReader(bytes)
  let type = ''
  let number = 0
  while (reader.pos < reader.len) {
    const tag = reader.uint32()
    if (tag >>> 3 === 1) type = reader.string()
    else if (tag >>> 3 === 2) number = reader.int32()
    else reader.skip(tag & 7)
  }
  return { kind: 'extension', type, number }
}

export function encodeResponse({ to, answer }: ReflectionResponse): Buffer {
  const writer = new BinaryWriter().uint32(field(2)).bytes(to.bytes)
  switch (answer.kind) {
    case 'files': {
      writer.uint32(field(4)).fork()
      for (const file of answer.files) writer.uint32(field(1)).bytes(file)
      writer.join()
      break
    }
    case 'extensionNumbers':
      writer.uint32(field(5)).fork().uint32(field(1)).string(answer.type)
      for (const number of answer.numbers) writer.uint32(2 << 3).int32(number)
      writer.join()
      break
    case 'services':
      writer.uint32(field(6)).fork()
      for (const name of answer.names) writer.uint32(field(1)).fork().uint32(field(1)).string(name).join()
      writer.join()
      break
    case 'error':
      writer
        .uint32(field(7))
        .fork()
        .uint32(1 << 3)
        .int32(answer.code)
        .uint32(field(2))
        .string(answer.message)
        .join()
      break
  }
  return Buffer.from(writer.finish())
}

/** Tag of a length-delimited field. */
function field(number: number): number {
  return (number << 3) | 2
}
