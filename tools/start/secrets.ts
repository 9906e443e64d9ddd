import { randomBytes, randomInt } from 'node:crypto'
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { services } from '@palomar/contracts'
import { databaseServices } from '@palomar/db'
import { StartFailure } from '../servers/index.ts'

/** Made once for a data folder and kept there: the data is useless without them. */
export interface Secrets {
  /** Of Postgres's superuser, when the server is ours. */
  postgres: string
  /** Role → password. */
  roles: Record<string, string>
  /** NATS user → password. */
  nats: Record<string, string>
  /** Service → what it shows tenancy for its own token. */
  services: Record<string, string>
  /** Keyrings, `id:base64`. */
  masterKeys: string
  archiveKeys: string
  appSecretsKey: string
  signingKeySeed: string
  /** Signs addresses of files. */
  urlSigningKey: string
  /** Of the first platform admin and of the people of the demo company. */
  loginPassword: string
  /** The demo app's, which the simulator signs with, and the demo number's. */
  appSecret: string
  verifyToken: string
  graphToken: string
  /** For the company that the environment names, when it does. */
  environmentApiKey: string
  /** The demo company's API key, known once it has been made, and whose it is: data may be thrown away without us. */
  apiKey?: { tenantId: string; secret: string }
}

const fileIn = (folder: string) => join(folder, 'secrets.json')

/** What the folder holds, with everything that is missing made and kept. */
export function loadSecrets(folder: string): Secrets {
  const file = fileIn(folder)
  let known: Partial<Secrets> = {}
  if (existsSync(file)) {
    try {
      known = JSON.parse(readFileSync(file, 'utf8')) as Partial<Secrets>
    } catch {
      throw new StartFailure(`${file} is not readable JSON: restore it, or move ${folder} away to start anew`)
    }
  }
  const fresh = freshSecrets()
  const secrets: Secrets = {
    ...fresh,
    ...known,
    roles: { ...fresh.roles, ...known.roles },
    nats: { ...fresh.nats, ...known.nats },
    services: { ...fresh.services, ...known.services },
  }
  keepSecrets(folder, secrets)
  return secrets
}

/** Replaces the file whole, so that a crash leaves the old one or the new one. */
export function keepSecrets(folder: string, secrets: Secrets): void {
  mkdirSync(folder, { recursive: true })
  const draft = `${fileIn(folder)}.${process.pid}`
  writeFileSync(draft, `${JSON.stringify(secrets, null, 2)}\n`, { mode: 0o600 })
  chmodSync(draft, 0o600)
  renameSync(draft, fileIn(folder))
}

function freshSecrets(): Secrets {
  const key = () => randomBytes(32).toString('base64')
  const keyring = () => `k1:${key()}`
  const each = (names: readonly string[]) => Object.fromEntries(names.map((name) => [name, password()]))
  return {
    postgres: password(),
    roles: each(['palomar_migrator', ...databaseServices.map((service) => `palomar_${service}`)]),
    nats: each(['operator', ...services]),
    services: each(services),
    masterKeys: keyring(),
    archiveKeys: keyring(),
    appSecretsKey: keyring(),
    signingKeySeed: key(),
    urlSigningKey: key(),
    loginPassword: typeable(),
    appSecret: randomBytes(16).toString('hex'),
    verifyToken: password(),
    graphToken: `EAA${password()}`,
    environmentApiKey: `plk_${key32()}`,
  }
}

const password = () => randomBytes(24).toString('base64url')

/** As tenancy's own keys are: 43 characters after the prefix. */
const key32 = () => randomBytes(32).toString('base64url')

/** For people to type: 12 characters without those that look alike, 59 bits. */
function typeable(): string {
  const letters = 'abcdefghijkmnpqrstuvwxyz23456789'
  const group = () => Array.from({ length: 4 }, () => letters[randomInt(letters.length)]).join('')
  return [group(), group(), group()].join('-')
}
