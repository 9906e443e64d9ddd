import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { repositoryRoot, StartFailure } from '../servers/index.ts'

export interface StartOptions {
  /** Data, secrets and logs. */
  folder: string
  /** 0 takes a free one. */
  ports: { gateway: number; dashboard: number; simulator: number }
  demo: boolean
  simulator: boolean
  dashboard: boolean
  json: boolean
  verbose: boolean
  /** A folder that `bun run build` made: its bundles run in place of the source. */
  bundles?: string
}

export const help = `Usage: bin/start [options]

Starts all of Palomar on this machine: what the environment names in DATABASE_URL, NATS_URL and REDIS_URL, the rest
of its own; then every service, the simulator of Meta's Cloud API and the dashboard. Ctrl-C stops all of it; the next
start finds the data again.

  --gateway-port N     API and webhooks (8080); 0 takes a free port
  --dashboard-port N   dashboard (3000)
  --simulator-port N   simulator and virtual phone (4010)
  --no-demo            no demo company
  --no-simulator       talk to Meta's real Cloud API
  --no-dashboard       without the dashboard
  --data DIR           data, secrets and logs (.palomar)
  --bundles DIR        run what \`bun run build\` made, in place of the source
  --json               one line of JSON on stdout when ready: URLs, demo logins, an API key
  --verbose            say where the time goes
  --help               this text
`

export function parseOptions(args: string[]): StartOptions | 'help' {
  const values = parse(args)
  if (values.help) return 'help'
  return {
    folder: resolve(values.data === undefined ? `${repositoryRoot}/.palomar` : values.data),
    ports: {
      gateway: portOf('gateway-port', values['gateway-port']),
      dashboard: portOf('dashboard-port', values['dashboard-port']),
      simulator: portOf('simulator-port', values['simulator-port']),
    },
    // The demo's number talks to the simulator: with Meta's real API it would be a number that does not exist.
    demo: !values['no-demo'] && !values['no-simulator'],
    simulator: !values['no-simulator'],
    dashboard: !values['no-dashboard'],
    json: values.json,
    verbose: values.verbose,
    ...(values.bundles === undefined ? {} : { bundles: bundlesIn(resolve(values.bundles)) }),
  }
}

function parse(args: string[]) {
  const flag = { type: 'boolean', default: false } as const
  try {
    return parseArgs({
      args,
      options: {
        'gateway-port': { type: 'string', default: '8080' },
        'dashboard-port': { type: 'string', default: '3000' },
        'simulator-port': { type: 'string', default: '4010' },
        data: { type: 'string' },
        bundles: { type: 'string' },
        'no-demo': flag,
        'no-simulator': flag,
        'no-dashboard': flag,
        json: flag,
        verbose: flag,
        help: flag,
      },
    }).values
  } catch (error) {
    throw new StartFailure(`${(error as Error).message.split('\n')[0]} (--help lists the options)`)
  }
}

function bundlesIn(folder: string): string {
  if (existsSync(join(folder, 'palomar.js'))) return folder
  throw new StartFailure(`${folder} holds no bundles: make them with bun run build ${folder}`)
}

function portOf(name: string, text: string): number {
  const port = Number(text)
  if (text.trim() !== '' && Number.isInteger(port) && port >= 0 && port <= 65_535) return port
  throw new StartFailure(`--${name} must be a port from 0 to 65535, not "${text}"`)
}
