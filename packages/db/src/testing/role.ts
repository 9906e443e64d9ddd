import { readRole, roleProblems } from '../check.ts'
import type { Sql } from '../types.ts'

/** This connection's role is no superuser, has no BYPASSRLS, and owns no table nor can become an owner. */
export async function assertRole(sql: Sql): Promise<void> {
  const problems = roleProblems(await readRole(sql))
  if (problems.length > 0) throw new Error(problems.join('\n'))
}
