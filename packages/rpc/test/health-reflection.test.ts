import { afterAll, beforeAll, expect, test } from 'bun:test'
import { createFileRegistry, fromBinary } from '@bufbuild/protobuf'
import { BinaryReader, BinaryWriter } from '@bufbuild/protobuf/wire'
import { FileDescriptorProtoSchema, FileDescriptorSetSchema } from '@bufbuild/protobuf/wkt'
import { Client, credentials, status } from '@grpc/grpc-js'
import { healthDefinition } from '../src/health.ts'
import { type Started, startServer } from './fixture.ts'

let started: Started
let channel: Client

beforeAll(async () => {
  started = await startServer()
  channel = new Client(`127.0.0.1:${started.port}`, credentials.createInsecure())
})
afterAll(async () => {
  channel.close()
  await started.server.stop(500)
})

function check(service: string): Promise<{ status: number }> {
  const { path, requestSerialize, responseDeserialize } = healthDefinition.check
  return new Promise((resolve, reject) => {
    channel.makeUnaryRequest(path, requestSerialize, responseDeserialize, { service }, (error, answer) =>
      error ? reject(error) : resolve(answer as { status: number }),
    )
  })
}

test('O2: health answers without a token, for the process and for each of its services', async () => {
  expect((await check('')).status).toBe(1)
  expect((await check('palomar.ingest.v1.IngestService')).status).toBe(1)
  expect(await check('palomar.nothing.v1.Nothing').catch((e) => e.code)).toBe(status.NOT_FOUND)
})

test('O2: a watcher hears that the server stops, and does not hold it up', async () => {
  const own = await startServer()
  const watching = new Client(`127.0.0.1:${own.port}`, credentials.createInsecure())
  const { path, requestSerialize, responseDeserialize } = healthDefinition.watch
  const heard: number[] = []
  const stream = watching.makeServerStreamRequest(path, requestSerialize, responseDeserialize, {
    service: '',
  })
  const ended = new Promise<void>((resolve) => {
    stream.on('end', resolve)
    stream.on('error', () => resolve())
  })
  const first = Promise.withResolvers<void>()
  stream.on('data', (answer: { status: number }) => {
    heard.push(answer.status)
    first.resolve()
  })
  await first.promise
  await own.server.stop(20_000)
  await ended
  expect(heard).toEqual([1, 2])
  watching.close()
})

/** Asks as grpcurl would, and returns the answer's fields by number. */
function reflect(request: Uint8Array, version = 'v1'): Promise<Map<number, Uint8Array>> {
  const identity = (bytes: Uint8Array) => Buffer.from(bytes)
  const path = `/grpc.reflection.${version}.ServerReflection/ServerReflectionInfo`
  const stream = channel.makeBidiStreamRequest(path, identity, identity)
  return new Promise((resolve, reject) => {
    stream.on('error', reject)
    stream.on('data', (bytes: Buffer) => {
      const fields = new Map<number, Uint8Array>()
      const reader = new BinaryReader(bytes)
      while (reader.pos < reader.len) fields.set(reader.uint32() >>> 3, reader.bytes())
      resolve(fields)
    })
    stream.write(request)
    stream.end()
  })
}

const ask = (field: number, text: string) =>
  new BinaryWriter()
    .uint32((field << 3) | 2)
    .string(text)
    .finish()

test('CONTRACTS 36: reflection lists our services, in both versions that tools ask for', async () => {
  for (const version of ['v1', 'v1alpha']) {
    const answer = await reflect(ask(7, '*'), version)
    const text = Buffer.from(answer.get(6) ?? []).toString()
    expect(text).toContain('palomar.ingest.v1.IngestService')
    expect(text).toContain('palomar.tenancy.v1.NumbersService')
  }
})

test('CONTRACTS 36: the files of a symbol are enough to build every type of it', async () => {
  for (const symbol of ['palomar.tenancy.v1.NumbersService', 'palomar.tenancy.v1.NumbersService.GetNumber']) {
    const answer = await reflect(ask(4, symbol))
    const reader = new BinaryReader(answer.get(4) ?? new Uint8Array())
    const file = []
    while (reader.pos < reader.len) {
      reader.uint32()
      file.push(fromBinary(FileDescriptorProtoSchema, reader.bytes()))
    }
    const set = { ...fromBinary(FileDescriptorSetSchema, new Uint8Array()), file }
    const service = createFileRegistry(set).getService('palomar.tenancy.v1.NumbersService')
    expect(service?.methods.map((method) => method.name)).toContain('GetNumber')
  }
})

test('CONTRACTS 36: what is not there is answered with an error of the protocol, and the stream lives', async () => {
  const answer = await reflect(ask(4, 'palomar.nothing.v1.Nothing'))
  expect(answer.has(7)).toBe(true)
  expect(answer.get(2)).toEqual(new Uint8Array(ask(4, 'palomar.nothing.v1.Nothing')))
})
