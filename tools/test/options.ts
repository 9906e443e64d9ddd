import { existsSync } from 'node:fs'
import { relative, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { repositoryRoot, StartFailure } from '../servers/index.ts'

export interface TestOptions {
  /** Relative to the root, beginning with `./`; empty for everything. */
  paths: string[]
  unit: boolean
  browser: boolean
  jobs: number
}

export const help = `Usage: bin/test [options] [path …]

Starts real Postgres, NATS and Redis, runs the tests under the paths (all of them without one), and ends with the
line \`N passed, N failed\`. Exit status 0 means that nothing failed.

  --no-browser   leave out the browser tests (*.e2e.ts)
  --browser      only the browser tests
  --jobs N       test files at once (2)
  --help         this text

With CI=true a skipped test is a failure.
`

export function parseOptions(args: string[], cwd: string): TestOptions | 'help' {
  const { values, positionals } = parse(args)
  if (values.help) return 'help'
  const jobs = Number(values.jobs)
  if (!Number.isInteger(jobs) || jobs < 1)
    throw new StartFailure(`--jobs must be a number from 1 on, not ${values.jobs}`)
  return {
    paths: positionals.map((path) => pathFromRoot(path, cwd)),
    unit: !values.browser,
    browser: !values['no-browser'],
    jobs,
  }
}

function parse(args: string[]) {
  try {
    return parseArgs({
      args,
      allowPositionals: true,
      options: {
        'no-browser': { type: 'boolean', default: false },
        browser: { type: 'boolean', default: false },
        jobs: { type: 'string', default: '2' },
        help: { type: 'boolean', default: false },
      },
    })
  } catch (error) {
    throw new StartFailure(`${(error as Error).message.split('\n')[0]} (--help lists the options)`)
  }
}

function pathFromRoot(path: string, cwd: string): string {
  const full = [resolve(cwd, path), resolve(repositoryRoot, path)].find(existsSync)
  if (!full) throw new StartFailure(`no such test file or folder: ${path}`)
  return `./${relative(repositoryRoot, full)}`
}
