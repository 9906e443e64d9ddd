import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { chartFolder } from './chart.ts'

export interface RoleValues {
  enabled: boolean
  ports: { http?: number; grpc?: number; admin?: number }
  probe: { port: string; startup: string; liveness: string; readiness: string }
  calls: string[]
  reaches: string[]
  database: boolean
  nats: boolean
  serviceSecret: boolean
  pool: number
  terminationGracePeriodSeconds: number
  autoscaling: { min: number; max: number; eventAgeSeconds: number; demand: { query: string } }
  env: Record<string, string>
  secretEnv: Record<string, { secret: string; key: string }>
}

interface Values {
  roleDefaults: RoleValues
  roles: Record<string, object>
  secrets: Record<string, string>
}

export const chartValues = (): Values =>
  Bun.YAML.parse(readFileSync(join(chartFolder, 'values.yaml'), 'utf8')) as Values

/** Every role of the chart with its defaults below it, as the templates merge them. */
export function roleValues({ roles, roleDefaults }: Values = chartValues()): Record<string, RoleValues> {
  return Object.fromEntries(
    Object.entries(roles).map(([name, role]) => [name, merged(roleDefaults, role) as RoleValues]),
  )
}

function merged(below: unknown, above: unknown): unknown {
  if (!isMap(below) || !isMap(above)) return above
  const all: Record<string, unknown> = { ...below }
  for (const [key, value] of Object.entries(above))
    all[key] = key in below ? merged(below[key], value) : value
  return all
}

const isMap = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
