import { expect, test } from 'bun:test'
import { helm, refusal, rendered } from './rendered.ts'

const cases: [why: string, set: string, says: string][] = [
  ['no public address', 'publicUrl=', 'publicUrl is required'],
  ['a dashboard without its address', 'dashboardUrl=', 'dashboardUrl is required'],
  ['a role that nobody knows', 'roles.gatewy.replicas=2', 'gatewy'],
  ['a value that nobody reads', 'roles.inbox.replica=2', 'replica'],
  ['a value of the wrong kind', 'roles.inbox.replicas=two', 'replicas'],
  ['a call to a role that is switched off', 'roles.media.enabled=false', 'calls media, which is not enabled'],
  ['a variable given twice', 'roles.inbox.env.LOG_LEVEL=debug', 'a name given twice fails at the server'],
  ['a volume for two', 'roles.media.replicas=2,roles.inbox.pool=2', 'a volume that one pod holds'],
  ['S3 without a bucket', 'files.driver=s3', 'files.s3.bucket is required'],
  ['routes without a gateway', 'exposure.kind=gateway', 'parentRefs is empty'],
  [
    'KEDA without Prometheus',
    'autoscaling.engine=keda,database.connectionsMax=900,roles.media.autoscaling.max=0',
    'prometheusUrl is required',
  ],
  ['a login in the NATS address', 'nats.url=nats://user:pass@nats:4222', '/nats/url'],
  ['no Secret for the keys', 'secrets.keys=', '/secrets/keys'],
]

test.if(helm !== undefined).each(cases)('refused in words: %s', async (_why, set, says) => {
  expect(await refusal('minimal', [set])).toContain(says)
})

test.if(helm !== undefined)(
  'NATS that may lose what it acknowledged is refused where it would be relied on',
  async () => {
    expect(await refusal('ha', ['nats.allowUnsynced=true'])).toContain(
      'lets NATS lose what Palomar has acknowledged',
    )
  },
)

test.if(helm !== undefined)(
  'defaults are merged deeply: one field of a role changes nothing else of it',
  async () => {
    const before = (await rendered('minimal')).one('Deployment', 'inbox')
    const set = ['roles.inbox.resources.limits.memory=1Gi', 'roleDefaults.podLabels.team=chat']
    const after = (await rendered('minimal', set)).one('Deployment', 'inbox')
    const [was, is] = [before, after].map(({ spec }) => spec.template.spec.containers[0])
    expect(is.resources).toEqual({ ...was.resources, limits: { memory: '1Gi' } })
    expect({ ...is, resources: was.resources }).toEqual(was)
    expect(after.spec.template.metadata.labels.team).toBe('chat')
  },
)

test.if(helm !== undefined)(
  'pods start anew when what they are told changes, and not when it does not',
  async () => {
    const sum = async (set: string[]) =>
      (await rendered('minimal', set)).one('Deployment', 'inbox').spec.template.metadata.annotations
    expect(await sum([])).toEqual(await sum(['roles.ingest.pool=5']))
    expect(await sum([])).not.toEqual(await sum(['logLevel=debug']))
    expect(await sum([])).not.toEqual(await sum(['secretsRevision=monday']))
  },
)
