import { dirname, join } from 'node:path/posix'
import { homeOf, isGenerated, isTest, targetOf } from './places.ts'
import type { SourceFile } from './source-file.ts'

export interface Problem {
  path: string
  line: number
  says: string
}

type Rule = (file: SourceFile) => Problem[]

const problem = (file: SourceFile, line: number, says: string): Problem => ({ path: file.path, line, says })

/** Packages know no service, services know no other service, the dashboard knows only the gateway's HTTP API. */
const workspacesKeepApart: Rule = (file) => {
  const home = homeOf(file.path)
  return file.imports.flatMap((imported) => {
    const target = targetOf(file, imported)
    if (!('home' in target) || target.home === home) return []
    const says = whyApart(home, target.home)
    return says ? [problem(file, imported.line, `imports ${imported.from}: ${says}`)] : []
  })
}

function whyApart(home: string, target: string): string | undefined {
  if (home === 'dashboard') return 'the dashboard talks to the gateway over HTTP only'
  const isProduct = /^(packages|services)\/|^simulator$/.test(home)
  if (!isProduct) return undefined
  if (target.startsWith('services/')) {
    return home.startsWith('packages/')
      ? 'a package never imports a service'
      : 'services never import one another'
  }
  if (target.startsWith('packages/')) return undefined
  if (home === 'packages/testkit' && target === 'tools') return undefined
  return `${home} must not depend on ${target}`
}

/** Third-party modules that one place of ours speaks for. */
const soleImporters: [module: RegExp, place: string][] = [
  [/^(nats|@nats-io\/.*)$/, 'packages/bus/'],
  [/^(@grpc\/.*|grpc-health-check)$/, 'packages/rpc/'],
  [/^postgres$/, 'packages/db/'],
  [/^drizzle-orm\/postgres-js/, 'packages/db/'],
  [/^(redis|@redis\/.*)$/, 'packages/ratelimit/'],
  [/^@aws-sdk\//, 'packages/blob/'],
  [/^(elysia|@elysiajs\/.*)$/, 'services/gateway/'],
  [/^@opentelemetry\//, 'packages/runtime/'],
  [/^prom-client$/, 'packages/runtime/'],
]

/** Tests look behind the scenes, and benchmarks measure against the bare library; nobody else does. */
const librariesHaveOneImporter: Rule = (file) => {
  if (isTest(file.path) || file.path.startsWith('load/')) return []
  return file.imports.flatMap((imported) => {
    const sole = soleImporters.find(([module]) => module.test(imported.from))
    if (!sole || file.path.startsWith(sole[1])) return []
    return [problem(file, imported.line, `imports ${imported.from}: only ${sole[1]} does`)]
  })
}

const environmentUse = /\b(process|Bun|import\.meta)\.env\b/

/** Configuration is parsed once, in config.ts. Tools, tests and build settings are not part of a service. */
const environmentIsReadInConfig: Rule = (file) => {
  const mayRead =
    /(^|\/)config\.ts$|\.config\.[jt]s$/.test(file.path) ||
    isTest(file.path) ||
    /^(tools|bin|\.ci)\//.test(file.path)
  if (mayRead) return []
  return linesMatching(file, environmentUse, 'reads the environment: only config.ts does')
}

const pureModules =
  /^(@palomar\/(contracts|cloud-api|errors|seal)|node:(crypto|buffer|path|util|assert)|zod|libphonenumber-js|typeid-js)(\/|$)/
const impureUse =
  /\b(Date\.now|performance\.now|setTimeout|setInterval|Math\.random|fetch)\(|\bnew Date\(\)|\bBun\.|\bprocess\./

/** What is under domain/ decides; it never asks the clock, the network, the disk or the environment. */
const domainIsPure: Rule = (file) => {
  if (!file.path.includes('/domain/') || isTest(file.path)) return []
  const impureImports = file.imports.flatMap((imported) => {
    if (imported.typeOnly) return []
    const leadsOut = imported.from.startsWith('.')
      ? !join(dirname(file.path), imported.from).includes('/domain/')
      : !pureModules.test(imported.from)
    return leadsOut ? [problem(file, imported.line, `imports ${imported.from}: domain/ is pure`)] : []
  })
  return [
    ...impureImports,
    ...linesMatching(file, impureUse, 'uses the clock, the network or the runtime: domain/ is pure'),
  ]
}

const emptyNames = /(^|\/)(utils?|helpers?|common|shared|managers?|base|misc)(\/|\.[^/]+$)/

/** What cannot be named is not a module yet. */
const filesAreNamed: Rule = (file) =>
  emptyNames.test(file.path) ? [problem(file, 1, 'has a name that says nothing: name it after its idea')] : []

function linesMatching(file: SourceFile, pattern: RegExp, says: string): Problem[] {
  return file.text
    .split('\n')
    .flatMap((line, index) => (pattern.test(line) ? [problem(file, index + 1, says)] : []))
}

const rules = [
  workspacesKeepApart,
  librariesHaveOneImporter,
  environmentIsReadInConfig,
  domainIsPure,
  filesAreNamed,
]

/** Everything in this file that DESIGN does not allow. */
export function problemsOf(file: SourceFile): Problem[] {
  return isGenerated(file.path) ? [] : rules.flatMap((rule) => rule(file))
}

/** The swagger plugin has one importing file, so that its successor replaces it in one place. */
export function pluginProblems(files: SourceFile[]): Problem[] {
  const importers = files.filter((file) =>
    file.imports.some(({ from }) => /^@elysiajs\/(swagger|openapi)$/.test(from)),
  )
  return importers
    .slice(1)
    .map((file) => problem(file, 1, `imports the OpenAPI plugin, and so does ${importers[0]?.path}`))
}
