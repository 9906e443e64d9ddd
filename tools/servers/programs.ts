import { spawnSync } from 'node:child_process'
import { accessSync, constants } from 'node:fs'
import { join } from 'node:path'
import { inheritedEnvironment } from './child.ts'
import { environment } from './config.ts'

/** A version as numbers, compared part by part. */
export type Version = readonly number[]

export function parseVersion(text: string): Version | undefined {
  return /(\d+(?:\.\d+)+)/.exec(text)?.[1]?.split('.').map(Number)
}

export function isAtLeast(version: Version, floor: Version): boolean {
  for (let i = 0; i < floor.length; i++) {
    const difference = (version[i] ?? 0) - (floor[i] ?? 0)
    if (difference !== 0) return difference > 0
  }
  return true
}

/** The program's path, searched in PATH and then in `folders`. */
export function findProgram(name: string, folders: string[] = []): string | undefined {
  return findPrograms(name, folders)[0]
}

export function findPrograms(name: string, folders: string[] = []): string[] {
  return [...environment().path, ...folders].map((folder) => join(folder, name)).filter(isExecutable)
}

export function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

/** What the program says of its version; undefined when it does not run here. */
export function versionOf(program: string, flag = '--version'): Version | undefined {
  const done = spawnSync(program, [flag], { encoding: 'utf8', timeout: 10_000, env: inheritedEnvironment() })
  return done.status === 0 ? parseVersion(`${done.stdout}${done.stderr}`) : undefined
}
