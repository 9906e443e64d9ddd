/** gRPC reflection of our public services, from the committed descriptor set (CONTRACTS 36). */
import { readFileSync } from 'node:fs'
import type { Server } from '@grpc/grpc-js'
import { loadFileDescriptorSetFromBuffer } from '@grpc/proto-loader'
import { ReflectionService } from '@grpc/reflection'
import { descriptorSetPath } from '@palomar/contracts'

export function addReflection(server: Server, services: string[]): void {
  const pkg = loadFileDescriptorSetFromBuffer(readFileSync(descriptorSetPath))
  new ReflectionService(pkg, { services }).addToServer(server)
}
