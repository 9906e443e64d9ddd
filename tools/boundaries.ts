/** Holds the borders that DESIGN draws between workspaces. Prints each crossing; fails when there is one. */
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { pluginProblems, problemsOf } from './boundaries/rules.ts'
import { readSource, type SourceFile } from './boundaries/source-file.ts'

const root = resolve(import.meta.dir, '..')

/** Tracked and new files, so that a crossing is found before it is committed. */
function sourceFiles(): SourceFile[] {
  const listed = spawnSync('git', ['ls-files', '-co', '--exclude-standard', '*.ts', '*.js', '*.svelte'], {
    cwd: root,
    encoding: 'utf8',
  })
  if (listed.status !== 0) throw new Error(`git ls-files failed: ${listed.stderr}`)
  return listed.stdout
    .split('\n')
    .filter(Boolean)
    .flatMap((path) => {
      try {
        return [readSource(path, readFileSync(join(root, path), 'utf8'))]
      } catch (error) {
        // Deleted, and the deletion is not committed yet.
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
        throw error
      }
    })
}

const files = sourceFiles()
const problems = [...files.flatMap(problemsOf), ...pluginProblems(files)]
for (const { path, line, says } of problems) console.error(`${path}:${line} ${says}`)
console.log(`${files.length} files, ${problems.length} crossings`)
process.exit(problems.length > 0 ? 1 : 0)
