import type { Demo } from './demo.ts'

const roleNames: Record<string, string> = {
  tenant_admin: 'company admin',
  supervisor: 'supervisor',
  agent: 'agent',
  platform_admin: 'platform admin',
}

/** What a person wants to know once everything runs. */
export function statusTable(demo: Demo): string {
  const { urls, stores } = demo
  const places: [string, string | undefined][] = [
    ['Dashboard', urls.dashboard],
    ['Virtual phone', urls.simulator],
    ['API', urls.api],
    ['API reference', urls.docs],
    ['Webhooks', `${urls.gateway}/webhooks/whatsapp`],
  ]
  const signIn = demo.logins.map(({ role, email, password }): [string, string] => [
    roleNames[role] ?? role,
    `${email}  ${password}`,
  ])
  const processes = Object.values(demo.processes).map(({ name, pid }) => `${name} ${pid}`)
  const behind: [string, string | undefined][] = [
    ['Postgres', stores.postgres.says],
    ['NATS', stores.nats.says],
    ['Redis', stores.redis?.says ?? 'none: limits are kept per gateway process'],
    ['Processes', processes.join(', ')],
    ['Logs', `${demo.settings.options.folder}/logs`],
  ]
  const sections = [rows(places), `  Sign in with\n${rows(signIn)}`]
  if (demo.apiKey) sections.push(rows([['API key', demo.apiKey]]))
  sections.push(rows(behind))
  const seconds = (demo.timings.totalMs() / 1000).toFixed(1)
  return `\nPalomar is ready after ${seconds} s.\n\n${sections.join('\n\n')}\n\nCtrl-C stops everything; the next start finds the data again.\n`
}

function rows(pairs: [string, string | undefined][]): string {
  return pairs
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `  ${name.padEnd(16)}${value}`)
    .join('\n')
}

/** The same for programs: one line. */
export function statusJson(demo: Demo): string {
  const { urls, logins, apiKey, tenantId, settings } = demo
  return JSON.stringify({
    ready: true,
    urls,
    logins,
    api_key: apiKey ?? null,
    tenant_id: tenantId ?? null,
    folder: settings.options.folder,
    pids: Object.fromEntries(Object.values(demo.processes).map(({ name, pid }) => [name, pid])),
    seconds: Math.round(demo.timings.totalMs()) / 1000,
  })
}
