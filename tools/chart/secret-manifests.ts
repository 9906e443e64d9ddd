import { randomBytes, randomInt } from 'node:crypto'
import { services } from '@palomar/contracts'
import { databaseServices } from '@palomar/db'

export interface SecretOptions {
  namespace: string
  /** Postgres and Redis inside the release, as values-evaluation.yaml has them. */
  evaluation: boolean
  /** As a role that may create roles, connected to the database; its host is where the services connect. */
  databaseAdminUrl?: string | undefined
  redisUrl?: string | undefined
  s3?: { accessKeyId: string; secretAccessKey: string } | undefined
  adminEmail?: string | undefined
}

export interface SecretManifest {
  apiVersion: 'v1'
  kind: 'Secret'
  metadata: { name: string; namespace: string }
  type: 'Opaque'
  stringData: Record<string, string>
}

/**
 * Every Secret that the chart refers to, with fresh keys and passwords. Made once for an installation: data that was
 * sealed with other keys is lost.
 */
export function secretManifests(options: SecretOptions): SecretManifest[] {
  const postgresPassword = word()
  const adminUrl = options.evaluation
    ? `postgres://postgres:${postgresPassword}@palomar-postgres:5432/palomar`
    : (options.databaseAdminUrl ?? '')
  const redisUrl = options.evaluation ? 'redis://palomar-redis:6379' : options.redisUrl
  const serviceSecrets = each(services)
  const manifest = (name: string, stringData: Record<string, string>): SecretManifest => ({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: `palomar-${name}`, namespace: options.namespace },
    type: 'Opaque',
    stringData,
  })
  return [
    manifest('database', databaseSecret(adminUrl, options.evaluation ? postgresPassword : undefined)),
    manifest('nats', suffixed(each(['operator', ...services]), '-password')),
    manifest('services', { ...serviceSecrets, all: JSON.stringify(serviceSecrets) }),
    manifest('keys', {
      'master-keys': keyring(),
      'app-secrets-key': keyring(),
      'archive-keys': keyring(),
      'signing-key-seed': randomBytes(32).toString('base64'),
      'url-signing-key': randomBytes(32).toString('base64'),
    }),
    manifest('admin', {
      email: options.adminEmail ?? 'admin@palomar.example',
      password: word(),
      'api-key': `plk_${randomBytes(32).toString('base64url')}`,
    }),
    ...(redisUrl ? [manifest('redis', { url: redisUrl })] : []),
    ...(options.s3
      ? [
          manifest('s3', {
            'access-key-id': options.s3.accessKeyId,
            'secret-access-key': options.s3.secretAccessKey,
          }),
        ]
      : []),
  ]
}

/** One address per role, so that each pod is given its own and no other. */
function databaseSecret(adminUrl: string, postgresPassword: string | undefined): Record<string, string> {
  const passwords = each(['palomar_migrator', ...databaseServices.map((service) => `palomar_${service}`)])
  const urlOf = (role: string) => {
    const url = new URL(adminUrl)
    url.username = role
    url.password = passwords[role] ?? ''
    return url.href
  }
  return {
    ...Object.fromEntries(databaseServices.map((service) => [`${service}-url`, urlOf(`palomar_${service}`)])),
    'migrator-url': urlOf('palomar_migrator'),
    'admin-url': adminUrl,
    passwords: JSON.stringify(passwords),
    ...(postgresPassword ? { 'postgres-password': postgresPassword } : {}),
  }
}

const keyring = () => `k1:${randomBytes(32).toString('base64')}`
const each = (names: readonly string[]) => Object.fromEntries(names.map((name) => [name, word()]))
const suffixed = (values: Record<string, string>, suffix: string) =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [`${name}${suffix}`, value]))

/** 190 bits of letters and digits, a letter first: safe in addresses and in NATS's configuration. */
function word(): string {
  const letters = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ'
  const any = `${letters}0123456789`
  const pick = (from: string) => from[randomInt(from.length)]
  return pick(letters) + Array.from({ length: 31 }, () => pick(any)).join('')
}
