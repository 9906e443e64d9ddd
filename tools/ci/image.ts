import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buildWithoutEngine } from '../build/without-engine.ts'
import { repositoryRoot } from '../servers/index.ts'
import { running } from './command.ts'
import { startAndUse } from './start-and-use.ts'
import { check } from './step.ts'

/**
 * The bundles of every role, made as the Dockerfile says in folders that stand for its stages, carry a customer's
 * "hola" to the API: they need nothing but Bun and each other.
 */
export const image = check('image: what the Dockerfile builds runs without the source', () =>
  running(async () => {
    const work = mkdtempSync(join(tmpdir(), 'palomar-image-'))
    try {
      const root = buildWithoutEngine(repositoryRoot, work)
      // Not the stage that has node_modules: only what the final image holds may be found.
      rmSync(join(work, 'build'), { recursive: true, force: true })
      const env = process.env as Record<string, string>
      const own = ['--bundles', join(root, 'app'), '--data', join(work, 'data')]
      await startAndUse(repositoryRoot, env, own)
    } finally {
      rmSync(work, { recursive: true, force: true })
    }
  }),
)
