export { checkAccess, tenantOf } from './access.ts'
export {
  type AnonymousCaller,
  type Caller,
  callerTtlS,
  type KnownCaller,
  type ServiceCaller,
  servicesAudience,
  serviceTokenTtlS,
  signCaller,
  type TenantCaller,
  type VerifiedCaller,
  verifyCaller,
} from './caller.ts'
export {
  type CallerKeys,
  type JwkSet,
  remoteCallerKeys,
  type SigningKey,
  signingKeyFromSeed,
  staticCallerKeys,
} from './caller-keys.ts'
export {
  type CallOptions,
  createClient,
  type RpcClient,
  type RpcClientOptions,
  type TokenSource,
} from './client.ts'
export { currentDeadline, withDeadline, withDeadlineAt } from './deadline.ts'
export type { CallContext, Handler } from './handle.ts'
export type { Parts } from './health.ts'
export { createHealthClient, type HealthClient } from './health-client.ts'
export {
  createServer,
  type Definition,
  type Handlers,
  type RpcServer,
  type RpcServerOptions,
  type UnaryMethod,
} from './server.ts'
export { serviceTokenSource, tenancyCallerKeys } from './service-token.ts'
