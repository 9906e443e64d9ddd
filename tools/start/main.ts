import { StartFailure } from '../servers/index.ts'
import { type Demo, startDemo } from './demo.ts'
import { help, parseOptions, type StartOptions } from './options.ts'
import { statusJson, statusTable } from './table.ts'

/** The exit status: 0 when it was asked to stop and did. */
export async function main(args: string[]): Promise<number> {
  const asked = whenAskedToStop()
  try {
    const options = parseOptions(args)
    if (options === 'help') {
      process.stdout.write(help)
      return 0
    }
    return await run(options, asked)
  } catch (error) {
    if (asked.signal.aborted) return 0
    console.error(error instanceof StartFailure ? error.message : error)
    return 1
  }
}

async function run(options: StartOptions, asked: AbortController): Promise<number> {
  // With --json standard output belongs to the one line.
  const say = (line: string) => console.error(line)
  const demo: Demo = await startDemo(options, { say, signal: asked.signal })
  if (options.verbose) for (const line of demo.timings.lines()) say(line)
  process.stdout.write(`${options.json ? statusJson(demo) : statusTable(demo)}\n`)
  const ended = await Promise.race([demo.died, aborted(asked.signal)])
  if (ended !== undefined) say(ended)
  say('Stopping …')
  await demo.stop()
  say('Stopped.')
  return ended === undefined ? 0 : 1
}

/** Ctrl-C, a closed terminal or SIGTERM; a second one does not wait (the watchdog ends what is left). */
function whenAskedToStop(): AbortController {
  const asked = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      if (asked.signal.aborted) process.exit(130)
      asked.abort()
    })
  }
  return asked
}

function aborted(signal: AbortSignal): Promise<undefined> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve(undefined)
    signal.addEventListener('abort', () => resolve(undefined), { once: true })
  })
}
