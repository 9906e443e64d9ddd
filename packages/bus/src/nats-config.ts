import { isService, type Permissions, permissionsOf } from './permissions.ts'

export interface NatsUser {
  /** A service of the contracts, or {@link operatorUser}. */
  name: string
  /** Plain, or its bcrypt hash (`$2a$…`). */
  pass: string
}

export interface NatsConfigOptions {
  host?: string
  port: number
  storeDir: string
  /** Without users everyone is the operator: for tests only. */
  users?: readonly NatsUser[]
  /** False acknowledges up to two minutes before the disk has it: for comparison only. */
  sync?: boolean
  /** Opens the HTTP monitoring port. */
  monitorPort?: number
  maxFileStore?: string
  maxMemoryStore?: string
}

/** Provisions streams and users; runs as no service. */
export const operatorUser = 'operator'

/** The smallest `max_payload` we start with: one webhook of 6 MB with its envelope. */
export const payloadBytesMin = 8 * 1024 * 1024

/**
 * A nats-server.conf: everything on disk before it is acknowledged, one user per service with exactly its subjects.
 * The account may ask the server for its JetStream settings, so that provisioning can see whether it syncs.
 */
export function natsConfig(options: NatsConfigOptions): string {
  const { host = '127.0.0.1', port, storeDir, users = [], sync = true } = options
  const lines = users.map((user) => `      ${userLine(user)}`)
  const isOpen = users.length === 0
  if (isOpen) lines.push(`      { user: ${operatorUser}, password: ${operatorUser} }`)
  return `# Written by Palomar.
listen: ${quote(`${host}:${port}`)}
${options.monitorPort === undefined ? '' : `http: ${quote(`${host}:${options.monitorPort}`)}\n`}max_payload: ${payloadBytesMin}
# A slow reader may hold this much before it is cut off: a few of the largest batches.
max_pending: 67108864
jetstream {
  store_dir: ${quote(storeDir)}
  sync_interval: ${sync ? 'always' : '"2m"'}
  max_file_store: ${options.maxFileStore ?? '64GB'}
  max_memory_store: ${options.maxMemoryStore ?? '1GB'}
}
accounts {
  SYS {
    exports: [ { service: "$SYS.REQ.SERVER.PING.JSZ", response_type: stream, accounts: [PALOMAR] } ]
  }
  PALOMAR {
    jetstream: enabled
    imports: [ { service: { account: SYS, subject: "$SYS.REQ.SERVER.PING.JSZ" } } ]
    users: [
${lines.join('\n')}
    ]
  }
}
system_account: SYS
${isOpen ? `no_auth_user: ${operatorUser}\n` : ''}`
}

function userLine({ name, pass }: NatsUser): string {
  const login = `user: ${quote(name)}, password: ${quote(pass)}`
  if (name === operatorUser) return `{ ${login} }`
  if (!isService(name)) throw new Error(`no service is called ${name}: it would have no permissions`)
  return `{ ${login}, permissions: ${permissionBlock(permissionsOf(name))} }`
}

function permissionBlock({ publish, subscribe }: Permissions): string {
  const list = (subjects: string[]) => `[${subjects.map(quote).join(', ')}]`
  return `{ publish: { allow: ${list(publish)} }, subscribe: { allow: ${list(subscribe)} } }`
}

/** The configuration reads a quoted value as it stands; JSON's escapes are its escapes. */
const quote = (text: string) => JSON.stringify(text)
