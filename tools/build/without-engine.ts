import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { inheritedEnvironment, StartFailure } from '../servers/index.ts'
import { type Instruction, isIgnored, readCopy, readDockerfile } from './dockerfile.ts'

/**
 * Carries out the Dockerfile of `context` where there is no container engine: each stage's files lie under a folder of
 * `work` in place of its root, and `bun` is this one. Says what it cannot do instead of skipping it. Returns the
 * folder that stands for the final image's root.
 */
export function buildWithoutEngine(context: string, work: string): string {
  const dockerignore = readFileSync(join(context, '.dockerignore'), 'utf8')
  const stages = readDockerfile(readFileSync(join(context, 'Dockerfile'), 'utf8'))
  const roots = new Map<string, string>()
  let root = ''
  for (const [at, stage] of stages.entries()) {
    root = join(work, stage.name ?? `stage-${at}`)
    mkdirSync(root, { recursive: true })
    if (stage.name) roots.set(stage.name, root)
    let workdir = '/'
    for (const instruction of stage.instructions) {
      if (instruction.keyword === 'WORKDIR') workdir = instruction.value
      else carryOut(instruction, { root, workdir, roots, context, dockerignore })
    }
  }
  return root
}

interface Place {
  root: string
  workdir: string
  roots: Map<string, string>
  context: string
  dockerignore: string
}

/** Says what the image is, and changes no file. */
const metadata = new Set(['LABEL', 'ENV', 'USER', 'ENTRYPOINT', 'CMD', 'EXPOSE'])

function carryOut({ keyword, value }: Instruction, place: Place): void {
  if (metadata.has(keyword)) return
  if (keyword === 'COPY') copy(value, place)
  else if (keyword === 'RUN') run(value, place)
  else throw new StartFailure(`Dockerfile: ${keyword} is not understood here`)
}

function copy(value: string, { root, workdir, roots, context, dockerignore }: Place): void {
  const { flags, sources, target } = readCopy(value)
  const from = flags.find((flag) => flag.startsWith('--from='))?.slice('--from='.length)
  const base = from === undefined ? context : roots.get(from)
  if (!base) throw new StartFailure(`Dockerfile: COPY ${value}: no stage is called ${from}`)
  for (const source of sources) {
    const path = join(base, source)
    if (!existsSync(path)) throw new StartFailure(`Dockerfile: COPY ${value}: there is no ${source}`)
    const inImage = target.startsWith('/') ? target : join(workdir, target)
    // A file into a folder keeps its name; a folder's contents go into the folder.
    const isFileIntoFolder = target.endsWith('/') && !source.endsWith('/') && source !== '.'
    const to = join(root, inImage, isFileIntoFolder ? (source.split('/').at(-1) ?? '') : '')
    mkdirSync(dirname(to), { recursive: true })
    cpSync(path, to, {
      recursive: true,
      filter: (file) => {
        const inside = file.slice(context.length + 1)
        return from !== undefined || inside === '' || !isIgnored(inside, dockerignore)
      },
    })
  }
}

function run(value: string, { root, workdir }: Place): void {
  const [program, ...args] = value.split(/\s+/)
  if (program !== 'bun') throw new StartFailure(`Dockerfile: RUN ${value}: only bun can be run here`)
  const done = spawnSync(
    process.execPath,
    args.map((arg) => (arg.startsWith('/') ? join(root, arg) : arg)),
    { cwd: join(root, workdir), env: inheritedEnvironment(), encoding: 'utf8' },
  )
  if (done.status !== 0)
    throw new StartFailure(
      `Dockerfile: RUN ${value} ended with ${done.status}:\n${done.stdout}${done.stderr}`.trimEnd(),
    )
}
