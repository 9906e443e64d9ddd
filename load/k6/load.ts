/**
 * `bun run load`: four journeys (webhooks, REST, sockets, gRPC) at once against a Palomar of its own, or one that is named.
 * Prints a line per threshold and the ledger; writes k6's report as one HTML file. Exits 1 when a threshold is missed
 * or the ledger does not agree.
 */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { repositoryRoot, StartFailure } from '../../tools/servers/index.ts'
import { k6Program } from '../../tools/servers/k6-program.ts'
import { inherited } from './config.ts'
import { countOf, type Summary, verdictsOf } from './summary.ts'
import { namedTarget, ownTarget, type Target } from './target.ts'

const help = `Usage: bun run load [options]
  --seconds N     how long the journeys last (30)
  --rate N        times the usual rates of 20 webhooks, 5 REST, 2 socket and 5 gRPC journeys a second (1)
  --tighten N     divides the time limits, to see them fail (1)
  --out DIR       report.html and summary.json (.palomar/load)
  --url URL       a Palomar that runs elsewhere, with LOAD_API_KEY, LOAD_APP_SECRET, LOAD_PHONE_NUMBER_ID and
                  LOAD_WABA_ID of a company made for it; --grpc host:port of its tenancy adds the gRPC journey.
                  Its ledger is not looked into.
`

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '30' },
    rate: { type: 'string', default: '1' },
    tighten: { type: 'string', default: '1' },
    out: { type: 'string', default: join(repositoryRoot, '.palomar/load') },
    url: { type: 'string' },
    grpc: { type: 'string', default: '' },
    help: { type: 'boolean', default: false },
  },
})
if (values.help) {
  process.stdout.write(help)
  process.exit(0)
}

process.exit(await run().catch(failed))

function failed(error: unknown): number {
  console.error(error instanceof StartFailure ? error.message : error)
  return 1
}

async function run(): Promise<number> {
  const seconds = numberOf('seconds', values.seconds, 1, 600)
  const rate = numberOf('rate', values.rate, 0.1, 20)
  const tighten = numberOf('tighten', values.tighten, 1, 1e6)
  const k6 = await k6Program()
  const out = resolve(values.out)
  mkdirSync(out, { recursive: true })
  const files = {
    settings: join(out, 'settings.json'),
    summary: join(out, 'summary.json'),
    report: join(out, 'report.html'),
  }
  const target: Target = values.url ? await namedTarget(values.url, values.grpc) : await ownTarget()
  try {
    const perSecond = { webhook: 20, rest: 5, socket: 2, grpc: 5 }
    const scaled = Object.fromEntries(
      Object.entries(perSecond).map(([name, n]) => [name, Math.max(1, Math.round(n * rate))]),
    )
    const settings = { ...target.settings, seconds, tighten, perSecond: scaled, summaryFile: files.summary }
    writeFileSync(files.settings, JSON.stringify(settings), { mode: 0o600 })
    const code = await runK6(k6, files)
    const summary = JSON.parse(readFileSync(files.summary, 'utf8')) as Summary
    const verdicts = verdictsOf(summary)
    const width = Math.max(...verdicts.map(({ threshold }) => threshold.length))
    for (const { threshold, ok, value } of verdicts) {
      const shown = value === undefined ? 'nothing was measured' : String(Math.round(value * 1000) / 1000)
      console.log(`${ok ? 'ok    ' : 'MISSED'}  ${threshold.padEnd(width)}  ${shown}`)
    }
    const ledger = await target.ledger({
      webhooks: countOf(summary, 'webhooks_stored'),
      sends: countOf(summary, 'sends_accepted'),
    })
    console.log(ledger.line)
    console.log(`report: ${files.report}`)
    const isMet = verdicts.length > 0 && verdicts.every(({ ok }) => ok)
    // 99 is k6's own word for a missed threshold; anything else is a script that broke.
    if (code !== 0 && code !== 99) console.log(`k6 ended with ${code}`)
    return isMet && ledger.isWhole && (code === 0 || code === 99) ? 0 : 1
  } finally {
    // It holds the key and the app's secret.
    rmSync(files.settings, { force: true })
    await target.stop()
  }
}

async function runK6(k6: string, files: { settings: string; report: string }): Promise<number> {
  const child = Bun.spawn([k6, 'run', '--quiet', join(import.meta.dir, 'journeys/main.js')], {
    env: {
      ...inherited(),
      SETTINGS: files.settings,
      K6_NO_USAGE_REPORT: 'true',
      K6_WEB_DASHBOARD: 'true',
      // Only the report: no port is opened.
      K6_WEB_DASHBOARD_PORT: '-1',
      K6_WEB_DASHBOARD_EXPORT: files.report,
      K6_WEB_DASHBOARD_PERIOD: '1s',
    },
    stdout: 'inherit',
    stderr: 'inherit',
  })
  return child.exited
}

function numberOf(name: string, text: string, min: number, max: number): number {
  const number = Number(text)
  if (number >= min && number <= max) return number
  throw new StartFailure(`--${name} must be from ${min} to ${max}, not "${text}"`)
}
