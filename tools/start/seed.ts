import { type ApiClient, apiClient } from './api-client.ts'
import { keepSecrets, type Secrets } from './secrets.ts'
import { adminEmail } from './settings.ts'

/** The demo company's number as the simulator knows it. */
export const demoNumber = {
  name: 'Palomar Demo',
  phoneNumberId: '100000000000001',
  displayPhoneNumber: '+57 300 000 0001',
  wabaId: '200000000000001',
  businessId: '300000000000001',
  metaAppId: '400000000000001',
}

export interface Login {
  role: string
  email: string
  password: string
}

export interface Seeded {
  tenantId: string
  logins: Login[]
  apiKey: string
}

interface Listed<T> {
  data: T[]
}

const people = [
  { role: 'tenant_admin', email: 'ana@palomar.demo', name: 'Ana (admin)' },
  { role: 'supervisor', email: 'sofia@palomar.demo', name: 'Sofía (supervisor)' },
  { role: 'agent', email: 'diego@palomar.demo', name: 'Diego (agente)' },
] as const

/** Who can sign in, whether there is a demo company or not. */
export const platformLogin = (secrets: Secrets): Login => ({
  role: 'platform_admin',
  email: adminEmail,
  password: secrets.loginPassword,
})

/**
 * Makes what the demo company lacks, each piece found by its name first: a run that was cut short is completed by the
 * next one, and nothing is made twice.
 */
export async function seedDemo(gatewayUrl: string, folder: string, secrets: Secrets): Promise<Seeded> {
  const admin = platformLogin(secrets)
  const { access_token } = await apiClient(gatewayUrl).post<{ access_token: string }>('/v1/auth/login', {
    email: admin.email,
    password: admin.password,
  })
  const authorization = `Bearer ${access_token}`
  const platform = apiClient(gatewayUrl, { authorization })
  await makeApp(platform, secrets)
  const tenantId = await makeCompany(platform, secrets)
  const company = apiClient(gatewayUrl, { authorization, 'x-tenant-id': tenantId })
  await makePeople(company, secrets)
  await makeNumber(company, secrets)
  const apiKey = await makeApiKey(company, tenantId, folder, secrets)
  const logins = people.map(({ role, email }) => ({ role, email, password: secrets.loginPassword }))
  return { tenantId, logins: [...logins, admin], apiKey }
}

async function makeApp(api: ApiClient, secrets: Secrets): Promise<void> {
  const { data } = await api.get<Listed<{ slug: string }>>('/v1/apps')
  if (data.some(({ slug }) => slug === 'default')) return
  await api.post('/v1/apps', {
    name: 'Palomar Demo',
    slug: 'default',
    meta_app_id: demoNumber.metaAppId,
    app_secret: secrets.appSecret,
    verify_token: secrets.verifyToken,
  })
}

async function makeCompany(api: ApiClient, secrets: Secrets): Promise<string> {
  const { data } = await api.get<Listed<{ id: string; name: string }>>('/v1/companies?limit=100')
  const known = data.find(({ name }) => name === demoNumber.name)
  if (known) return known.id
  const [admin] = people
  const made = await api.post<{ id: string }>('/v1/companies', {
    name: demoNumber.name,
    language: 'es',
    time_zone: 'America/Bogota',
    country: 'CO',
    admin: { email: admin.email, name: admin.name, password: secrets.loginPassword },
  })
  return made.id
}

async function makePeople(api: ApiClient, secrets: Secrets): Promise<void> {
  const { data } = await api.get<Listed<{ email: string }>>('/v1/users?limit=100')
  const known = new Set(data.map(({ email }) => email))
  for (const { role, email, name } of people) {
    if (!known.has(email)) await api.post('/v1/users', { email, name, role, password: secrets.loginPassword })
  }
}

async function makeNumber(api: ApiClient, secrets: Secrets): Promise<void> {
  const { data } = await api.get<Listed<{ phone_number_id: string }>>('/v1/numbers?limit=100')
  if (data.some(({ phone_number_id }) => phone_number_id === demoNumber.phoneNumberId)) return
  await api.post('/v1/numbers', {
    name: demoNumber.name,
    phone_number_id: demoNumber.phoneNumberId,
    display_phone_number: demoNumber.displayPhoneNumber,
    meta_waba_id: demoNumber.wabaId,
    meta_business_id: demoNumber.businessId,
    access_token: secrets.graphToken,
  })
}

/** Shown once by the API, so it is kept with the secrets. One that we do not have is of no use: another is made. */
async function makeApiKey(
  api: ApiClient,
  tenantId: string,
  folder: string,
  secrets: Secrets,
): Promise<string> {
  if (secrets.apiKey?.tenantId === tenantId) return secrets.apiKey.secret
  const { secret } = await api.post<{ secret: string }>('/v1/api-keys', {
    name: 'Demo',
    scopes: [
      'messages:send',
      'messages:read',
      'conversations:read',
      'contacts:read',
      'numbers:read',
      'templates:read',
    ],
  })
  secrets.apiKey = { tenantId, secret }
  keepSecrets(folder, secrets)
  return secret
}
