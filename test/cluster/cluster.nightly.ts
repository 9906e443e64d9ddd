/** The chart at a real Kubernetes API server: what Helm and the server make of it, install, upgrade and rollback. */
import { afterAll, beforeAll, expect, test } from 'bun:test'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { eventually } from '@palomar/testkit'
import { chartFolder, type Manifest, profiles, valuesFile } from '../../tools/chart/chart.ts'
import { clusterPrograms } from '../../tools/chart/cluster-programs.ts'
import { type Cluster, helmIn, startCluster } from '../../tools/chart/control-plane.ts'
import { goModule } from '../../tools/chart/go-module.ts'
import { helmProgram } from '../../tools/chart/helm.ts'
import { customResources } from '../../tools/chart/schemas.ts'

const namespace = 'palomar'
const deployments = `/apis/apps/v1/namespaces/${namespace}/deployments`
const folder = mkdtempSync(join(tmpdir(), 'palomar-cluster-'))
let cluster: Cluster
let helm: string

beforeAll(async () => {
  helm = await helmProgram(4)
  cluster = await startCluster(await clusterPrograms(), folder)
  await cluster.create('/api/v1/namespaces', {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name: namespace },
  })
  for (const definition of customDefinitions())
    await cluster.create('/apis/apiextensions.k8s.io/v1/customresourcedefinitions', definition)
  await eventually(() => cluster.get('/apis/keda.sh/v1alpha1/scaledobjects'))
}, 3_600_000)

afterAll(async () => {
  await cluster?.stop()
  rmSync(folder, { recursive: true, force: true })
}, 60_000)

const kinds = new Set(['ScaledObject', 'HTTPRoute', 'ServiceMonitor', 'PrometheusRule'])

function customDefinitions(): object[] {
  return customResources.flatMap(([module, version, path]) => {
    const from = join(goModule(module, version), path)
    return readdirSync(from)
      .filter((name) => name.endsWith('.yaml'))
      .flatMap((name) => [Bun.YAML.parse(readFileSync(join(from, name), 'utf8'))].flat() as Manifest[])
      .filter((read) => read?.kind === 'CustomResourceDefinition' && kinds.has(read.spec.names.kind))
  })
}

/** Without hooks: nothing here would run their pods. */
const upgrade = (more: string[] = []) =>
  helmIn(helm, cluster, [
    ...['upgrade', '--install', 'palomar', chartFolder, '--namespace', namespace],
    ...['-f', valuesFile('ha'), '--no-hooks', ...more],
  ])

const inbox = async () => (await cluster.get(`${deployments}/palomar-inbox`)).spec

test.each([...profiles])(
  'O7: the API server accepts values-%s as a new installation, by Helm 3 and 4',
  async (profile) => {
    for (const major of [3, 4] as const) {
      const args = ['install', 'other', chartFolder, '--namespace', namespace, '-f', valuesFile(profile)]
      const ran = helmIn(await helmProgram(major), cluster, [...args, '--dry-run=server'])
      expect(ran.ok ? '' : ran.said).toBe('')
    }
  },
)

test('O12: an upgrade keeps the replicas that an autoscaler has set, and so does a rollback', async () => {
  expect(upgrade()).toMatchObject({ ok: true })
  await cluster.patch(`${deployments}/palomar-inbox/scale`, { spec: { replicas: 5 } })
  expect(upgrade(['--set', 'logLevel=debug'])).toMatchObject({ ok: true })
  const changed = await inbox()
  expect(changed.replicas).toBe(5)
  expect(changed.template.spec.containers[0].env).toContainEqual({ name: 'LOG_LEVEL', value: 'debug' })
  expect(upgrade(['--set', 'autoscaling.engine=hpa'])).toMatchObject({ ok: true })
  expect(
    helmIn(helm, cluster, ['rollback', 'palomar', '1', '--namespace', namespace, '--no-hooks']),
  ).toMatchObject({ ok: true })
  const back = await inbox()
  expect(back.replicas).toBe(5)
  expect(back.template.spec.containers[0].env).toContainEqual({ name: 'LOG_LEVEL', value: 'info' })
}, 300_000)
