// As a file import, so that a bundle carries it along.
import descriptorSet from './gen/descriptors.binpb' with { type: 'file' }
import { generatedRpcAccess } from './gen/rpc-access.ts'

/** Who may call a method: a tenant caller with the permission, or one of the services with its own token. */
export interface RpcAccess {
  permission: string
  services: readonly string[]
  /** Called before there is a caller. */
  public: boolean
}

/** Every method of every service by its gRPC path, from the proto options. */
export const rpcAccess: Readonly<Record<string, RpcAccess>> = generatedRpcAccess

/** Where the FileDescriptorSet that reflection serves lies. */
export const descriptorSetPath = new URL(descriptorSet, import.meta.url).pathname
