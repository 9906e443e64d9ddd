import { randomBytes } from 'node:crypto'
import { services } from '@palomar/contracts'

const keyring = () => `k1:${randomBytes(32).toString('base64')}`

/** Something valid for each variable that the chart takes from a Secret. */
export const secretValues: Readonly<Record<string, string>> = {
  DATABASE_URL: 'postgres://role:password@postgres:5432/palomar',
  DATABASE_ADMIN_URL: 'postgres://admin:password@postgres:5432/palomar',
  DATABASE_MIGRATOR_URL: 'postgres://palomar_migrator:password@postgres:5432/palomar',
  DATABASE_PASSWORDS: '{"palomar_migrator":"x"}',
  NATS_PASSWORD: 'password',
  SERVICE_SECRET: 'a-secret-of-a-service',
  SERVICE_SECRETS: JSON.stringify(
    Object.fromEntries(services.map((name) => [name, 'a-secret-of-a-service'])),
  ),
  MASTER_KEYS: keyring(),
  APP_SECRETS_KEY: keyring(),
  ARCHIVE_KEYS: keyring(),
  SIGNING_KEY_SEED: randomBytes(32).toString('base64'),
  URL_SIGNING_KEY: randomBytes(32).toString('hex'),
  REDIS_URL: 'redis://redis:6379',
  S3_ACCESS_KEY_ID: 'key',
  S3_SECRET_ACCESS_KEY: 'secret',
  SEED_ADMIN_EMAIL: 'admin@example.com',
  SEED_ADMIN_PASSWORD: 'a-long-enough-password',
  SEED_API_KEY: `plk_${randomBytes(32).toString('base64url')}`,
  WHATSAPP_PHONE_NUMBER_ID: '106540352242922',
  WHATSAPP_BUSINESS_ACCOUNT_ID: '102290129340398',
  WHATSAPP_ACCESS_TOKEN: 'EAAG',
  WHATSAPP_APP_SECRET: '0123456789abcdef0123456789abcdef',
  WHATSAPP_WEBHOOK_VERIFY_TOKEN: 'verify',
}
