import { expect, test } from 'bun:test'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { chartFolder, type Manifest } from './chart.ts'
import { helm, rendered } from './rendered.ts'

const files = join(chartFolder, 'files')
const boards = join(files, 'dashboards')

test.if(helm !== undefined)(
  'O3: each role with an admin port is scraped there, under its own name',
  async () => {
    const chart = await rendered('ha')
    const [monitor] = chart.of('ServiceMonitor')
    const [endpoint] = monitor.spec.endpoints
    expect(endpoint).toMatchObject({ port: 'admin', path: '/metrics', honorLabels: true })
    const scraped = chart
      .of('Service')
      .filter(({ spec }) => spec.ports.some(({ name }: Manifest) => name === endpoint.port))
    expect(scraped).toHaveLength(8)
    for (const { metadata } of scraped)
      expect(metadata.labels).toMatchObject(monitor.spec.selector.matchLabels)
  },
)

test.if(helm !== undefined)(
  'alerts and boards are installed as their files say, untouched by templates',
  async () => {
    const chart = await rendered('ha')
    const alerts = join(files, 'alerts.yaml')
    const wanted = existsSync(alerts) ? Bun.YAML.parse(readFileSync(alerts, 'utf8')) : {}
    expect(chart.of('PrometheusRule')[0].spec).toEqual(wanted)
    const names = existsSync(boards) ? readdirSync(boards).filter((name) => name.endsWith('.json')) : []
    const installed = Object.assign({}, ...chart.of('ConfigMap').map(({ data }) => data))
    expect(Object.keys(installed).sort()).toEqual(names.sort())
    for (const name of names)
      expect(JSON.parse(installed[name])).toEqual(JSON.parse(readFileSync(join(boards, name), 'utf8')))
  },
)

test.if(helm !== undefined)(
  'CONTRACTS 38: the age that consumers scale by is a metric that they have',
  async () => {
    const queries: string[] = (await rendered('ha'))
      .of('ScaledObject')
      .flatMap(({ spec }) => spec.triggers)
      .filter(({ name }: Manifest) => name === 'event-age')
      .map(({ metadata }: Manifest) => metadata.query)
    const metrics = readFileSync(join(chartFolder, '../../packages/bus/src/metrics.ts'), 'utf8')
    expect(queries).toHaveLength(5)
    for (const query of queries) expect(metrics).toContain(`'${/\((\w+)\{/.exec(query)?.[1]}'`)
  },
)
