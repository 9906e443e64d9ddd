/** Writes the dashboards where the chart takes them from. `bun run dashboards`; a test compares. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { palomarDashboard } from './dashboard/palomar.ts'

export const dashboardsFolder = join(import.meta.dir, '../helm/palomar/files/dashboards')

/** By file name. */
export const dashboards: Record<string, string> = {
  'palomar.json': `${JSON.stringify(palomarDashboard, null, 2)}\n`,
}

if (import.meta.main) {
  mkdirSync(dashboardsFolder, { recursive: true })
  for (const [name, text] of Object.entries(dashboards)) writeFileSync(join(dashboardsFolder, name), text)
}
