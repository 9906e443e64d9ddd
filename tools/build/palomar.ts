/**
 * `palomar <role> [arguments]`: runs one of the bundles that lie in folders beside this one. The entry of the image.
 * Exit status 2 when there is no such role.
 */
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'

const isRole = (name: string) => existsSync(join(import.meta.dir, name, 'main.js'))
const role = process.argv[2] ?? ''

if (!/^[a-z-]+$/.test(role) || !isRole(role)) {
  const roles = readdirSync(import.meta.dir)
    .filter(isRole)
    .sort()
  console.error(`usage: palomar <role> [arguments]; a role is one of ${roles.join(', ')}`)
  process.exit(2)
}
// As PID 1 a process without a handler ignores SIGTERM; a service's lifecycle adds its own, a command just ends.
if (isCommand(role)) process.once('SIGTERM', () => process.exit(143))
process.env.SERVICES_FOLDER ??= join(import.meta.dir, 'migrations')
// The role sees the arguments that follow its name, as if it had been run by itself.
process.argv.splice(2, 1)
// Bun looks for the files of a bundled page in the working folder.
process.chdir(join(import.meta.dir, role))
await import(join(import.meta.dir, role, 'main.js'))

function isCommand(name: string): boolean {
  return /^(migrate|provision-.+|dead|secrets)$/.test(name)
}
