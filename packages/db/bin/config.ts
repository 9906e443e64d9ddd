import { join } from 'node:path'

function need(name: string): string {
  const value = process.env[name]
  if (!value) {
    console.error(`${name} is not set`)
    process.exit(2)
  }
  return value
}

/** DATABASE_PASSWORDS is JSON: role → password. */
export function readProvisionConfig(): { adminUrl: string; passwords: Record<string, string> } {
  const adminUrl = need('DATABASE_ADMIN_URL')
  const text = need('DATABASE_PASSWORDS')
  try {
    return { adminUrl, passwords: JSON.parse(text) as Record<string, string> }
  } catch {
    console.error('DATABASE_PASSWORDS is not JSON such as {"palomar_migrator":"…","palomar_inbox":"…"}')
    process.exit(2)
  }
}

export function readMigrateConfig(): { url: string; servicesFolder: string } {
  return {
    url: need('DATABASE_MIGRATOR_URL'),
    servicesFolder: process.env.SERVICES_FOLDER ?? join(import.meta.dir, '../../../services'),
  }
}
