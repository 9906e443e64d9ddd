/** What a run of `bun test` came to. */
export interface Outcome {
  passed: number
  failed: number
  /** Names of tests that were skipped or are still to do. */
  skipped: string[]
  /** Names of tests that passed without asserting anything. */
  assertedNothing: string[]
  /** Why the counts cannot be taken at face value, in one line each. */
  problems: string[]
}

export interface BunRun {
  exitCode: number | null
  signal: string | null
  /** Everything it printed. */
  output: string
  /** Its JUnit report; undefined when it wrote none. */
  junit: string | undefined
}

/**
 * Reads the summary that bun prints, and distrusts it: no summary, or a bad exit without a failure, is a failure of
 * its own. (The report leaves out files that could not be loaded, the summary counts them; neither knows of a runner
 * that was killed.)
 */
export function outcomeOf(run: BunRun): Outcome {
  const cases = casesOf(run.junit ?? '')
  const passed = summaryCount(run.output, 'pass')
  const summaryFailed = summaryCount(run.output, 'fail') ?? 0
  let failed = Math.max(summaryFailed, cases.filter((one) => one.failed).length)
  const problems: string[] = []
  const ran = Number(/^Ran (\d+) tests? across/m.exec(run.output)?.[1] ?? Number.NaN)
  if (ran === 0 || /had no matches|No tests found/i.test(run.output)) {
    problems.push('no tests were found')
    failed++
  } else if (passed === undefined || Number.isNaN(ran)) {
    problems.push(`the test runner ${endOf(run)}`)
    failed++
  } else if (failed === 0 && run.exitCode !== 0) {
    problems.push(`nothing failed, but the test runner ${endOf(run)}`)
    failed++
  }
  return {
    passed: passed ?? 0,
    failed,
    skipped: cases.filter((one) => one.skipped).map((one) => one.name),
    assertedNothing: cases
      .filter((one) => !one.failed && !one.skipped && one.assertions === 0)
      .map((one) => one.name),
    problems,
  }
}

function endOf(run: BunRun): string {
  return run.signal ? `was killed by ${run.signal}` : `ended with ${run.exitCode} before it was through`
}

/** The last ` 12 pass` line: the tests' own output may hold others. */
function summaryCount(output: string, what: 'pass' | 'fail'): number | undefined {
  const counts = [...output.matchAll(new RegExp(`^\\s*(\\d+) ${what}$`, 'gm'))]
  const last = counts.at(-1)?.[1]
  return last === undefined ? undefined : Number(last)
}

interface Case {
  name: string
  failed: boolean
  skipped: boolean
  assertions: number
}

function casesOf(junit: string): Case[] {
  return [...junit.matchAll(/<testcase ([^>]*?)(\/>|>([\s\S]*?)<\/testcase>)/g)].map(
    ([, attributes = '', , body = '']) => ({
      name: `${attribute(attributes, 'file')}: ${attribute(attributes, 'name')}`,
      failed: body.includes('<failure') || body.includes('<error'),
      skipped: body.includes('<skipped'),
      assertions: Number(attribute(attributes, 'assertions')),
    }),
  )
}

const entities: Record<string, string> = {
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&apos;': "'",
  '&amp;': '&',
}

function attribute(attributes: string, name: string): string {
  const text = new RegExp(`\\b${name}="([^"]*)"`).exec(attributes)?.[1] ?? ''
  return text.replace(/&\w+;/g, (entity) => entities[entity] ?? entity)
}
