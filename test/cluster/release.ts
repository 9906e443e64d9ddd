import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { openDb } from '@palomar/db'
import { eventually, silentLogger, stack } from '@palomar/testkit'
import { roles } from '../../tools/build/roles.ts'
import { chartFolder, type Manifest } from '../../tools/chart/chart.ts'
import { ourPods, type PodOf, type Rendered } from '../../tools/chart/rendered.ts'
import type { SecretManifest } from '../../tools/chart/secret-manifests.ts'
import {
  type Child,
  freePort,
  inheritedEnvironment,
  repositoryRoot,
  startChild,
  startPostgres,
  startRedis,
} from '../../tools/servers/index.ts'
import { natsProgram } from '../../tools/servers/nats-program.ts'

/**
 * A rendered chart as processes of this machine: each pod of ours with exactly the environment of its manifest, its
 * Secrets looked up, and `<release>-<role>:<port>` on a loopback port.
 */
export class Release {
  readonly #children: { stop(): Promise<unknown> }[] = []
  readonly #ports = new Map<string, number>()

  private constructor(
    private readonly chart: Rendered,
    private readonly secrets: Map<string, Record<string, string>>,
    readonly folder: string,
  ) {}

  static async of(chart: Rendered, secrets: SecretManifest[]): Promise<Release> {
    const byName = new Map(secrets.map(({ metadata, stringData }) => [metadata.name, stringData]))
    const folder = join(stack().folder(), 'release')
    // /tmp of every pod.
    mkdirSync(join(folder, 'tmp'), { recursive: true })
    const release = new Release(chart, byName, folder)
    for (const { metadata, spec } of chart.of('Service'))
      for (const { port } of spec.ports) release.#ports.set(`${metadata.name}:${port}`, await freePort())
    return release
  }

  /** Where a Service's port is here. */
  url(name: string, port: number): string {
    return this.#placed(`http://palomar-${name}:${port}`)
  }

  secret(name: string, key: string): string {
    const value = this.secrets.get(name)?.[key]
    if (value === undefined) throw new Error(`nobody makes ${key} of ${name}`)
    return value
  }

  /** The evaluation's data stores: Postgres with its password, NATS by the chart's configuration, Redis. */
  async startStores(): Promise<void> {
    const postgres = await startPostgres({
      folder: join(this.folder, 'stores'),
      password: this.secret('palomar-database', 'postgres-password'),
      durable: false,
    })
    this.#children.push(postgres)
    this.#ports.set('palomar-postgres:5432', postgres.port)
    const db = openDb({ url: postgres.url, max: 1, service: 'test', logger: silentLogger })
    await db.sql.unsafe('create database palomar')
    await db.close()
    const redis = await startRedis({ folder: join(this.folder, 'redis') })
    this.#children.push(redis)
    this.#ports.set('palomar-redis:6379', redis.port)
    await this.#startNats()
  }

  async #startNats(): Promise<void> {
    const config = join(this.folder, 'nats.conf')
    const port = this.#ports.get('palomar-nats:4222')
    const text = readFileSync(join(chartFolder, 'files/nats.conf'), 'utf8')
    const data = JSON.stringify(join(this.folder, 'nats'))
    writeFileSync(config, text.replace('"0.0.0.0:4222"', `"127.0.0.1:${port}"`).replace('"/data"', data))
    const [container] = this.chart.one('StatefulSet', 'nats').spec.template.spec.containers
    const child = startChild({
      name: 'nats',
      command: await natsProgram(),
      args: ['--config', config],
      env: { ...inheritedEnvironment(), ...this.#environment('nats', container.env) },
      logFile: join(this.folder, 'nats.log'),
    })
    this.#children.push(child)
  }

  /** Every Job, one after the other; the last words of one that fails. */
  async runJobs(): Promise<void> {
    for (const pod of this.#pods('Job')) {
      const child = this.#run(pod)
      const { code } = await child.exited
      if (code !== 0) throw new Error(`${pod.role} ended with ${code}: ${child.tail(20)}`)
    }
  }

  /** Every Deployment but these at once, as Kubernetes does, until each is ready. */
  async startPods(but: readonly string[]): Promise<void> {
    const pods = this.#pods('Deployment').filter(({ role }) => !but.includes(role))
    const started = pods.map((pod) => ({ pod, child: this.#run(pod) }))
    await Promise.all(started.map(({ pod, child }) => this.#untilReady(pod, child)))
  }

  async stop(): Promise<void> {
    for (const child of this.#children.toReversed()) await child.stop()
  }

  #pods(kind: string): PodOf[] {
    return ourPods({ ...this.chart, of: (each) => (each === kind ? this.chart.of(kind) : []) })
  }

  #run({ role, env }: PodOf): Child {
    const child = startChild({
      name: role,
      command: process.execPath,
      args: [join(repositoryRoot, roles[role] ?? '')],
      env: { ...inheritedEnvironment(), ...this.#environment(role, env) },
      cwd: repositoryRoot,
      logFile: join(this.folder, `${role}.log`),
    })
    this.#children.push(child)
    return child
  }

  /** What the manifest says, with Secrets looked up, addresses on loopback and its own ports in their new places. */
  #environment(role: string, env: PodOf['env']): Record<string, string> {
    return Object.fromEntries(
      env.map(({ name, value, valueFrom }) => {
        const from = valueFrom?.secretKeyRef
        const text = from ? this.secret(from.name, from.key) : (value ?? '')
        if (/(^|_)PORT$/.test(name)) return [name, String(this.#ports.get(`palomar-${role}:${text}`) ?? text)]
        if (/(^|_)HOST$/.test(name)) return [name, '127.0.0.1']
        if (/_(FOLDER|FILE)$/.test(name)) return [name, join(this.folder, text)]
        return [name, this.#placed(text)]
      }),
    )
  }

  #placed(text: string): string {
    return text.replace(/palomar-[a-z]+:\d+/g, (place) => {
      const port = this.#ports.get(place)
      if (port === undefined) throw new Error(`${place} is no Service of the chart`)
      return `127.0.0.1:${port}`
    })
  }

  async #untilReady({ role, pod }: PodOf, child: Child): Promise<void> {
    const [container] = pod.spec.containers
    const { httpGet } = container.readinessProbe
    const { containerPort } = container.ports.find(({ name }: Manifest) => name === httpGet.port)
    const url = `${this.url(role, containerPort)}${httpGet.path}`
    await eventually(
      async () => {
        const answer = await fetch(url, { signal: AbortSignal.timeout(3_000) })
        if (!answer.ok) throw new Error(`${role} is not ready: ${await answer.text()} ${child.tail(3)}`)
      },
      { timeoutMs: 120_000, unless: () => child.exit !== undefined },
    )
  }
}
