/** Asks another process how it is, without a token. */
import { Client, credentials, Metadata } from '@grpc/grpc-js'
import { clientOptions, targetOf } from './channel.ts'
import { healthDefinition } from './health.ts'

export interface HealthClient {
  /** Of a service or a part by its name; the process itself when empty. `unknown`: it did not answer. Never rejects. */
  check(name: string, deadlineMs: number): Promise<'serving' | 'not_serving' | 'unknown'>
  close(): void
}

const serving = 1

export function createHealthClient(address: string): HealthClient {
  const channel = new Client(targetOf(address), credentials.createInsecure(), clientOptions())
  const { path, requestSerialize, responseDeserialize } = healthDefinition.check
  return {
    check: (name, deadlineMs) =>
      new Promise((resolve) => {
        channel.makeUnaryRequest(
          path,
          requestSerialize,
          responseDeserialize,
          { service: name },
          new Metadata(),
          { deadline: Date.now() + deadlineMs },
          (error, answer) =>
            resolve(error ? 'unknown' : answer?.status === serving ? 'serving' : 'not_serving'),
        )
      }),
    close: () => channel.close(),
  }
}
