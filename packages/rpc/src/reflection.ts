/**
 * gRPC reflection of our public services (CONTRACTS 36), from the committed descriptor set. Written out here because
 * the npm package reads its .proto from node_modules when it starts, and costs every process 10 MB of protobufjs.
 */
import { readFileSync } from 'node:fs'
import {
  createFileRegistry,
  type DescFile,
  type FileRegistry,
  fromBinary,
  toBinary,
} from '@bufbuild/protobuf'
import { FileDescriptorProtoSchema, FileDescriptorSetSchema } from '@bufbuild/protobuf/wkt'
import { type Server, type ServerDuplexStream, type ServiceDefinition, status } from '@grpc/grpc-js'
import { descriptorSetPath } from '@palomar/contracts'
import {
  decodeRequest,
  encodeResponse,
  type Question,
  type ReflectionAnswer,
  type ReflectionRequest,
  type ReflectionResponse,
} from './reflection-wire.ts'

type Stream = ServerDuplexStream<ReflectionRequest, ReflectionResponse>

export function addReflection(server: Server, services: readonly string[]): void {
  // Parsed when the first question comes: most processes are never asked.
  let registry: FileRegistry | undefined
  const answerTo = (question: Question): ReflectionAnswer => {
    registry ??= createFileRegistry(fromBinary(FileDescriptorSetSchema, readFileSync(descriptorSetPath)))
    return reflect(registry, services, question)
  }
  const info = (stream: Stream): void => {
    stream.on('data', (to: ReflectionRequest) => stream.write({ to, answer: answerTo(to.question) }))
    stream.on('end', () => stream.end())
  }
  for (const version of ['v1', 'v1alpha'])
    server.addService(definition(version), { serverReflectionInfo: info })
}

function definition(version: string): ServiceDefinition {
  return {
    serverReflectionInfo: {
      path: `/grpc.reflection.${version}.ServerReflection/ServerReflectionInfo`,
      requestStream: true,
      responseStream: true,
      requestSerialize: (request: ReflectionRequest) => Buffer.from(request.bytes),
      requestDeserialize: decodeRequest,
      responseSerialize: encodeResponse,
      responseDeserialize: (bytes: Buffer) => bytes,
    },
  }
}

export function reflect(
  registry: FileRegistry,
  services: readonly string[],
  question: Question,
): ReflectionAnswer {
  switch (question.kind) {
    case 'services':
      return { kind: 'services', names: [...services] }
    case 'file':
      return filesOf(
        registry.getFile(question.name) ?? registry.getFile(question.name.replace(/\.proto$/, '')),
      )
    case 'symbol':
      return filesOf(fileOfSymbol(registry, question.name))
    case 'extension':
      return filesOf(extensionsOf(registry, question.type).find((e) => e.number === question.number)?.file)
    case 'extensionNumbers':
      return {
        kind: 'extensionNumbers',
        type: question.type,
        numbers: extensionsOf(registry, question.type).map((extension) => extension.number),
      }
    default:
      return { kind: 'error', code: status.INVALID_ARGUMENT, message: 'unknown question' }
  }
}

/** A message, enum, service or extension; or a method, by the service it belongs to. */
function fileOfSymbol(registry: FileRegistry, name: string): DescFile | undefined {
  const found = registry.get(name)
  if (found) return found.file
  const owner = registry.get(name.slice(0, name.lastIndexOf('.')))
  const method = name.slice(name.lastIndexOf('.') + 1)
  return owner?.kind === 'service' && owner.methods.some((m) => m.name === method) ? owner.file : undefined
}

function extensionsOf(registry: FileRegistry, type: string) {
  return [...registry].filter((desc) => desc.kind === 'extension').filter((e) => e.extendee.typeName === type)
}

/** The file and everything it imports, imports first: the client needs one round trip and may build as it reads. */
function filesOf(file: DescFile | undefined): ReflectionAnswer {
  if (!file) return { kind: 'error', code: status.NOT_FOUND, message: 'not found' }
  const seen = new Set<DescFile>()
  const files: Uint8Array[] = []
  const visit = (one: DescFile): void => {
    if (seen.has(one)) return
    seen.add(one)
    for (const dependency of one.dependencies) visit(dependency)
    files.push(toBinary(FileDescriptorProtoSchema, one.proto))
  }
  visit(file)
  return { kind: 'files', files }
}
