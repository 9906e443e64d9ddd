import { dirname, join } from 'node:path/posix'
import type { Import, SourceFile } from './source-file.ts'

/** Generated code obeys its generator. */
export const isGenerated = (path: string) => /(^|\/)(src\/gen|drizzle\/meta|paraglide)\//.test(path)
export const isTest = (path: string) => /\.(test|e2e)\.ts$|(^|\/)test\//.test(path)

/** The workspace a path belongs to (`packages/bus`, `services/inbox`, `simulator` …), or its top folder. */
export function homeOf(path: string): string {
  const [top = '', second = ''] = path.split('/')
  return top === 'packages' || top === 'services' ? `${top}/${second}` : top
}

const serviceNames = [
  'gateway',
  'tenancy',
  'ingest',
  'inbox',
  'dispatcher',
  'media',
  'analytics',
  'automation',
]

/** Where an import leads: a workspace of ours, or the third-party (or runtime) module's name. */
export function targetOf(file: SourceFile, imported: Import): { home: string } | { module: string } {
  const { from } = imported
  if (from.startsWith('.')) return { home: homeOf(join(dirname(file.path), from)) }
  const own = /^@palomar\/([^/]+)/.exec(from)?.[1]
  if (!own) return { module: from }
  if (serviceNames.includes(own)) return { home: `services/${own}` }
  return { home: ['simulator', 'dashboard', 'load'].includes(own) ? own : `packages/${own}` }
}
