import { streams } from '@palomar/contracts'
import { chartValues, type RoleValues, roleValues } from './values.ts'

/** The tables of docs/operations.md that say what the chart and the contracts say, by the name of their place. */
export function operationsTables(): Record<string, string> {
  return {
    roles: rolesTable(),
    variables: variablesTable(),
    secrets: secretsTable(),
    streams: streamsTable(),
  }
}

const table = (head: string[], rows: string[][]) =>
  [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n')

function rolesTable(): string {
  const rows = Object.entries(roleValues()).map(([name, role]) => [
    `\`${name}\``,
    portsOf(role),
    probesOf(role),
    [...role.calls, ...role.reaches].join(', '),
    scalingOf(role),
    `${role.terminationGracePeriodSeconds} s`,
  ])
  return table(['role', 'ports', 'startup, liveness, readiness', 'calls', 'scaled by', 'time to stop'], rows)
}

const portsOf = ({ ports }: RoleValues) =>
  Object.entries(ports)
    .map(([name, port]) => `${name} ${port}`)
    .join(', ')

function probesOf({ probe }: RoleValues): string {
  const paths = [probe.startup, probe.liveness || 'port open', probe.readiness]
  return `${paths.map((path) => (path.startsWith('/') ? `\`${path}\`` : path)).join(', ')} on ${probe.port}`
}

function scalingOf({ autoscaling }: RoleValues): string {
  if (autoscaling.max === 0) return 'nothing'
  const signals = ['CPU']
  if (autoscaling.eventAgeSeconds > 0) signals.push(`oldest event ${autoscaling.eventAgeSeconds} s`)
  if (autoscaling.demand.query) signals.push('what the lanes may send')
  return `${signals.join(', ')}: ${autoscaling.min}–${autoscaling.max}`
}

/** What the templates set by themselves, and where from. */
const byTheChart: [variables: string[], from: string, roles: string][] = [
  [['ADMIN_PORT', 'GRPC_PORT'], '`roles.<role>.ports`', 'each service'],
  [['BIND_HOST'], '`0.0.0.0`', 'each service'],
  [['LOG_LEVEL'], '`logLevel`', 'each service'],
  [['OTEL_EXPORTER_OTLP_ENDPOINT'], '`otlpEndpoint`', 'each service'],
  [['NATS_URL'], '`nats.url`', 'each service, provision-nats'],
  [['NATS_USER'], 'its name; `operator`', 'each service; provision-nats'],
  [['NATS_REPLICAS', 'NATS_MONITOR_URL', 'NATS_ALLOW_UNSYNCED'], '`nats`', 'provision-nats'],
  [['DATABASE_POOL_MAX'], '`roles.<role>.pool`', 'each with a database'],
]

function variablesTable(): string {
  const roles = Object.entries(roleValues())
  const callees = [...new Set(roles.flatMap(([, { calls }]) => calls))].sort()
  const addresses = callees.map((callee): (typeof byTheChart)[number] => [
    [`${callee.toUpperCase()}_ADDRESS`],
    '`roles.<role>.calls`',
    roles
      .filter(([, { calls }]) => calls.includes(callee))
      .map(([name]) => name)
      .join(', '),
  ])
  const own = roles.flatMap(([name, { env }]) =>
    Object.entries(env).map(([variable, value]): (typeof byTheChart)[number] => [
      [variable],
      sourceOf(value),
      name,
    ]),
  )
  const rows = [...byTheChart, ...addresses, ...own].map(([variables, from, of]) => [
    variables.map((variable) => `\`${variable}\``).join(', '),
    from,
    of,
  ])
  return table(['variable', 'from', 'of'], rows)
}

/** The value that a template takes it from, or what stands there. */
function sourceOf(template: string): string {
  const path = /\.Values\.([\w.]+)/.exec(template)?.[1]
  return `\`${path ?? template.replace(/\{\{ include "palomar\.fullname" \. \}\}/g, '<release>').replace(/\{\{.*\}\}/, 'autoscaling.max or replicas')}\``
}

function secretsTable(): string {
  const { secrets } = chartValues()
  const uses = new Map<string, string[]>()
  const use = (secret: string, key: string, variable: string, role: string) => {
    const at = `${secret} ${key} ${variable}`
    uses.set(at, [...(uses.get(at) ?? []), role])
  }
  use('database', '<role>-url', 'DATABASE_URL', 'each with a database')
  use('database', 'migrator-url', 'DATABASE_MIGRATOR_URL', 'migrate')
  use('database', 'admin-url', 'DATABASE_ADMIN_URL', 'provision-database')
  use('database', 'passwords', 'DATABASE_PASSWORDS', 'provision-database')
  use('nats', '<role>-password', 'NATS_PASSWORD', 'each service')
  use('nats', 'operator-password', 'NATS_PASSWORD', 'provision-nats')
  use('services', '<role>', 'SERVICE_SECRET', 'each service but tenancy')
  for (const [role, { secretEnv }] of Object.entries(roleValues()))
    for (const [variable, { secret, key }] of Object.entries(secretEnv)) use(secret, key, variable, role)
  const rows = [...uses].map(([at, roles]) => {
    const [secret = '', key = '', variable = ''] = at.split(' ')
    const name = secrets[secret] ? `\`${secrets[secret]}\`` : `\`secrets.${secret}\` (optional)`
    return [name, `\`${key}\``, `\`${variable}\``, roles.join(', ')]
  })
  return table(['Secret', 'key', 'becomes', 'of'], rows)
}

function streamsTable(): string {
  const rows = streams.map(({ name, storage, maxBytes, discard }) => [
    `\`${name}\``,
    storage,
    `${maxBytes >= 2 ** 30 ? `${maxBytes / 2 ** 30} GiB` : `${maxBytes / 2 ** 20} MiB`}`,
    discard === 'new' ? 'refuses' : 'drops the oldest',
  ])
  const file = streams
    .filter(({ storage }) => storage === 'file')
    .reduce((sum, { maxBytes }) => sum + maxBytes, 0)
  rows.push(['all on disk', '', `${file / 2 ** 30} GiB`, ''])
  return table(['stream', 'kept in', 'at most', 'when full'], rows)
}

/** The page with each table put between its marks. */
export function withTables(page: string): string {
  return Object.entries(operationsTables()).reduce((text, [name, rows]) => {
    const [from, to] = [`<!-- ${name} -->`, `<!-- end of ${name} -->`]
    const [start, end] = [text.indexOf(from), text.indexOf(to)]
    if (start < 0 || end < start) throw new Error(`docs/operations.md has no place for the table ${name}`)
    return `${text.slice(0, start)}${from}\n${rows}\n${text.slice(end)}`
  }, page)
}
