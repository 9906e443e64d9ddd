/**
 * `palomar secrets` (in a clone `bun tools/chart/secrets.ts`): prints every Secret of an installation, freshly made, for
 * `kubectl apply -f -`. Keep a copy: what these keys sealed cannot be opened with others.
 *   --namespace palomar
 *   --evaluation                     the data stores of values-evaluation.yaml
 *   --database-admin-url postgres://…  a role that may create roles, connected to the database
 *   --redis-url redis://…            optional
 *   --s3-access-key-id … --s3-secret-access-key …   optional
 *   --admin-email …                  of the first platform admin; his password is printed with the rest
 */
import { parseArgs } from 'node:util'
import { secretManifests } from './secret-manifests.ts'

const usage =
  'usage: palomar secrets --evaluation | --database-admin-url postgres://… [--namespace palomar] [--redis-url redis://…] [--s3-access-key-id … --s3-secret-access-key …] [--admin-email …]'

function options() {
  try {
    const { values } = parseArgs({
      options: {
        namespace: { type: 'string', default: 'palomar' },
        evaluation: { type: 'boolean', default: false },
        'database-admin-url': { type: 'string' },
        'redis-url': { type: 'string' },
        's3-access-key-id': { type: 'string' },
        's3-secret-access-key': { type: 'string' },
        'admin-email': { type: 'string' },
      },
    })
    const url = values['database-admin-url']
    return values.evaluation || (url && URL.canParse(url)) ? values : undefined
  } catch {
    return undefined
  }
}

const given = options()
if (!given) {
  console.error(usage)
  process.exit(2)
}
const { 's3-access-key-id': accessKeyId, 's3-secret-access-key': secretAccessKey } = given
const manifests = secretManifests({
  namespace: given.namespace,
  evaluation: given.evaluation,
  databaseAdminUrl: given['database-admin-url'],
  redisUrl: given['redis-url'],
  s3: accessKeyId && secretAccessKey ? { accessKeyId, secretAccessKey } : undefined,
  adminEmail: given['admin-email'],
})
// JSON is YAML, and quotes every value.
console.log(manifests.map((manifest) => JSON.stringify(manifest, null, 2)).join('\n---\n'))
