/**
 * `bun run bench:cloud-api`: how fast a text webhook is parsed and routed on one core, against JSON.parse alone, and how long the
 * check of each type of message takes. Contenders take turns in one run, and a second is
 * one of CPU time. The last line is JSON.
 */
import { readFileSync } from 'node:fs'
import { cpus, loadavg } from 'node:os'
import { join } from 'node:path'
import { messagesIn, parseWebhook, validateSend } from '../src/index.ts'
import { sends, valid } from '../test/sends.ts'

const rounds = 7
const roundMs = 300
/** Below this a text webhook would cost more than its publish. */
const parsedPerSecondMin = 100_000
const textMicrosecondsMax = 5

const payload = JSON.parse(
  readFileSync(join(import.meta.dir, '../test/payloads/message-text.json'), 'utf8'),
) as unknown
const text = JSON.stringify(payload)
const bytes = new TextEncoder().encode(text)

/** Whose message it is: what the first reader of a webhook needs. */
function parseAndRoute(): string {
  const parsed = parseWebhook(bytes)
  const change = parsed.ok ? parsed.changes[0] : undefined
  return change ? `${change.route.phoneNumberId} ${messagesIn(change)[0]?.wamid}` : ''
}

const contenders: Record<string, () => unknown> = {
  'parse + route': parseAndRoute,
  'JSON.parse': () => JSON.parse(text),
  'parse alone': () => parseWebhook(bytes),
}
for (const name of Object.keys(sends) as (keyof typeof sends)[]) {
  const body = valid(name)
  if (!validateSend(body).ok) throw new Error(`${name} is not valid`)
  contenders[`validate ${name}`] = () => validateSend(body)
}
if (!parseAndRoute().includes('wamid.')) throw new Error('the webhook was not parsed')

/** CPU time of this process in ms: what other processes take from the core is not ours. */
const cpuMs = () => {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1_000
}

/** Calls per second of CPU time over one turn. */
function turn(run: () => unknown, ms: number): number {
  const start = cpuMs()
  let calls = 0
  let now = start
  while (now - start < ms) {
    for (let i = 0; i < 200; i++) run()
    calls += 200
    now = cpuMs()
  }
  return (calls / (now - start)) * 1_000
}

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0

const rates = Object.fromEntries(Object.keys(contenders).map((name) => [name, [] as number[]]))
for (const run of Object.values(contenders)) turn(run, 100)
for (let round = 0; round < rounds; round++)
  for (const [name, run] of Object.entries(contenders))
    rates[name]?.push(turn(run, name.startsWith('validate') ? roundMs / 6 : roundMs))

const perSecond = (name: string) => median(rates[name] ?? [])
const ratios = (rates['parse + route'] ?? []).map((rate, i) => rate / (rates['JSON.parse']?.[i] ?? 1))
const microseconds = (name: string) => 1_000_000 / perSecond(name)
const round = (value: number, digits = 2) => Number(value.toFixed(digits))

console.log(`text webhook of ${bytes.length} bytes; ${rounds} rounds in turn, medians`)
for (const name of ['parse + route', 'JSON.parse', 'parse alone'])
  console.log(`${name.padEnd(28)} ${Math.round(perSecond(name)).toLocaleString('en').padStart(11)}/s`)
console.log(`× JSON.parse alone            ${round(median(ratios)).toString().padStart(11)}`)
const validations = Object.keys(contenders).filter((name) => name.startsWith('validate'))
for (const name of validations)
  console.log(`${name.padEnd(28)} ${round(microseconds(name)).toString().padStart(11)} µs`)

console.log(
  JSON.stringify({
    id: 'cloud-api',
    parsedPerSecond: Math.round(perSecond('parse + route')),
    timesJsonParse: round(median(ratios)),
    validateMicroseconds: Object.fromEntries(
      validations.map((name) => [name.slice(9), round(microseconds(name))]),
    ),
    floorMet:
      perSecond('parse + route') >= parsedPerSecondMin &&
      microseconds('validate text') <= textMicrosecondsMax,
    settings: {
      bun: Bun.version,
      cpu: cpus()[0]?.model ?? '',
      load: loadavg().map((each) => round(each, 1)),
    },
  }),
)
