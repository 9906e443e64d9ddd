import { spawnSync } from 'node:child_process'
import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Child, freePort, inheritedEnvironment, startChild } from '../servers/index.ts'
import { untilReady } from '../servers/until.ts'
import type { ClusterPrograms } from './cluster-programs.ts'

/** A Kubernetes API on loopback: what is applied is checked, merged and kept as in any cluster, and nothing runs. */
export interface Cluster {
  kubeconfig: string
  /** The API's answer to a GET, as an administrator. */
  // biome-ignore lint/suspicious/noExplicitAny: objects of every kind
  get(path: string): Promise<any>
  /** Creates an object under that collection. */
  create(path: string, object: object): Promise<void>
  /** Changes some fields of it. */
  patch(path: string, fields: object): Promise<void>
  stop(): Promise<void>
}

const range = '10.0.0.0/24'

/** etcd and the API server, without controllers. Seconds to start. */
export async function startCluster(programs: ClusterPrograms, folder: string): Promise<Cluster> {
  mkdirSync(join(folder, 'logs'), { recursive: true })
  const [etcdPort, peerPort, apiPort] = await Promise.all([freePort(), freePort(), freePort()])
  const url = `https://127.0.0.1:${apiPort}`
  const token = randomBytes(16).toString('hex')
  const place = (name: string) => join(folder, name)
  const keys = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  })
  writeFileSync(place('sa.key'), keys.privateKey)
  writeFileSync(place('tokens.csv'), `${token},admin,admin,"system:masters"\n`)
  writeFileSync(place('kubeconfig'), JSON.stringify(kubeconfigOf(url, token)))

  const children: Child[] = []
  const start = (name: keyof ClusterPrograms, args: string[]) => {
    const env = inheritedEnvironment()
    const child = startChild({
      name,
      command: programs[name],
      args,
      env,
      logFile: join(folder, 'logs', `${name}.log`),
    })
    children.push(child)
    return child
  }
  const stop = async () => {
    for (const child of children.toReversed()) await child.stop(10_000)
  }
  const call = async (method: string, path: string, body?: object) => {
    const answer = await fetch(`${url}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        'content-type': method === 'PATCH' ? 'application/merge-patch+json' : 'application/json',
      },
      ...(body ? { body: JSON.stringify(body) } : {}),
      tls: { rejectUnauthorized: false },
      signal: AbortSignal.timeout(10_000),
    })
    const text = await answer.text()
    if (!answer.ok) throw new Error(`${method} ${path} was answered ${answer.status}: ${text.slice(0, 300)}`)
    return text
  }
  const answers = async (path: string) =>
    call('GET', path).then(
      () => true,
      () => false,
    )
  try {
    const etcdUrl = `http://127.0.0.1:${etcdPort}`
    const peerUrl = `http://127.0.0.1:${peerPort}`
    start('etcd', [
      `--data-dir=${place('etcd')}`,
      `--listen-client-urls=${etcdUrl}`,
      `--advertise-client-urls=${etcdUrl}`,
      `--listen-peer-urls=${peerUrl}`,
      `--initial-advertise-peer-urls=${peerUrl}`,
      `--initial-cluster=default=${peerUrl}`,
      '--unsafe-no-fsync=true',
    ])
    const api = start('kube-apiserver', [
      `--etcd-servers=${etcdUrl}`,
      '--bind-address=127.0.0.1',
      `--secure-port=${apiPort}`,
      `--cert-dir=${place('certs')}`,
      `--token-auth-file=${place('tokens.csv')}`,
      '--authorization-mode=RBAC',
      `--service-account-key-file=${place('sa.key')}`,
      `--service-account-signing-key-file=${place('sa.key')}`,
      '--service-account-issuer=https://kubernetes.default.svc',
      `--service-cluster-ip-range=${range}`,
    ])
    await untilReady(api, () => answers('/readyz'), 120_000)
    return {
      kubeconfig: place('kubeconfig'),
      get: async (path) => JSON.parse(await call('GET', path)),
      create: async (path, object) => void (await call('POST', path, object)),
      patch: async (path, fields) => void (await call('PATCH', path, fields)),
      stop,
    }
  } catch (error) {
    await stop()
    throw error
  }
}

/** One Helm command against that cluster. */
export function helmIn(helm: string, cluster: Cluster, args: string[]): { ok: boolean; said: string } {
  const env = {
    ...inheritedEnvironment(),
    KUBECONFIG: cluster.kubeconfig,
    HELM_CACHE_HOME: '/tmp',
    HELM_CONFIG_HOME: '/tmp',
    HELM_DATA_HOME: '/tmp',
  }
  const done = spawnSync(helm, args, { encoding: 'utf8', env, timeout: 300_000 })
  return { ok: done.status === 0, said: `${done.stdout}${done.stderr}` }
}

const kubeconfigOf = (server: string, token: string) => ({
  apiVersion: 'v1',
  kind: 'Config',
  clusters: [{ name: 'kwok', cluster: { server, 'insecure-skip-tls-verify': true } }],
  users: [{ name: 'admin', user: { token } }],
  contexts: [{ name: 'kwok', context: { cluster: 'kwok', user: 'admin' } }],
  'current-context': 'kwok',
})
