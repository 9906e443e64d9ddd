import { createHash } from 'node:crypto'
import { chmodSync, chownSync, existsSync, mkdirSync, readFileSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'

export interface User {
  name: string
  uid: number
  gid: number
}

/** Postgres refuses to run as root. The user root starts it as; undefined when we are not root. */
export function postgresUser(): User | undefined {
  if (process.getuid?.() !== 0) return undefined
  const users = readFileSync('/etc/passwd', 'utf8').split('\n')
  for (const name of ['postgres', 'nobody']) {
    const [, , uid, gid] = users.find((line) => line.startsWith(`${name}:`))?.split(':') ?? []
    if (uid && gid) return { name, uid: Number(uid), gid: Number(gid) }
  }
  return { name: '65534', uid: 65534, gid: 65534 }
}

/** Whether this user can walk down to the folder: root's home usually keeps everyone else out. */
export function isReachable(folder: string, user: User): boolean {
  for (let at = folder; ; at = dirname(at)) {
    if (existsSync(at)) {
      const { mode, uid, gid } = statSync(at)
      const walk = uid === user.uid ? 0o100 : gid === user.gid ? 0o010 : 0o001
      if ((mode & walk) === 0) return false
    }
    if (at === dirname(at)) return true
  }
}

/** The folder, or where nobody but `user` needs it, one under /var/lib that stands for it and that the user can reach. */
export function reachableFolder(folder: string, user: User | undefined): string {
  if (!user || isReachable(folder, user)) return folder
  return join('/var/lib/palomar', createHash('sha256').update(folder).digest('hex').slice(0, 12))
}

/** Makes the folder, owned by the user and closed to others. */
export function privateFolder(folder: string, user: User | undefined): void {
  mkdirSync(dirname(folder), { recursive: true, mode: 0o755 })
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  chmodSync(folder, 0o700)
  if (user) chownSync(folder, user.uid, user.gid)
}
