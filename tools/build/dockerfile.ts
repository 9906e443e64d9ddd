export interface Instruction {
  keyword: string
  /** What follows it, on one line, with the build arguments filled in. */
  value: string
}

export interface Stage {
  from: string
  name: string | undefined
  instructions: Instruction[]
}

/** The stages of a Dockerfile: comments dropped, continued lines joined, global `ARG`s with a default filled in. */
export function readDockerfile(text: string): Stage[] {
  const args: Record<string, string> = {}
  const stages: Stage[] = []
  for (const line of logicalLines(text)) {
    const [, keyword = '', raw = ''] = /^(\S+)\s+(.*)$/.exec(line) ?? []
    const value = raw.replace(/\$\{(\w+)\}/g, (whole, name: string) => args[name] ?? whole)
    const stage = stages.at(-1)
    if (keyword === 'FROM') {
      const [, from = '', name] = /^(\S+)(?:\s+AS\s+(\S+))?$/i.exec(value) ?? []
      stages.push({ from, name, instructions: [] })
    } else if (!stage && keyword === 'ARG') {
      const [name = '', fallback = ''] = value.split('=')
      args[name] = fallback
    } else {
      stage?.instructions.push({ keyword, value })
    }
  }
  return stages
}

function logicalLines(text: string): string[] {
  const kept = text.split('\n').filter((line) => line.trim() !== '' && !line.trimStart().startsWith('#'))
  return kept
    .join('\n')
    .replace(/\\\n\s*/g, '')
    .split('\n')
}

/** `COPY [--flag…] source… target`. */
export function readCopy(value: string): { flags: string[]; sources: string[]; target: string } {
  const words = value.split(/\s+/)
  const flags = words.filter((word) => word.startsWith('--'))
  const paths = words.filter((word) => !word.startsWith('--'))
  return { flags, sources: paths.slice(0, -1), target: paths.at(-1) ?? '' }
}

/** Whether a path of the build's context is left out by a .dockerignore of plain paths and globs. */
export function isIgnored(path: string, dockerignore: string): boolean {
  const patterns = dockerignore.split('\n').filter((line) => line !== '' && !line.startsWith('#'))
  const parts = path.split('/')
  const ancestry = parts.map((_, at) => parts.slice(0, at + 1).join('/'))
  return patterns.some((pattern) => {
    const glob = new Bun.Glob(pattern)
    return ancestry.some((place) => glob.match(place))
  })
}
