/** A valid body for every operation that takes one; a new operation without one fails the tests that walk them all. */
export const bodies: Record<string, unknown> = {
  'POST /v1/auth/login': { email: 'ana@acme.test', password: 'a long password' },
  'POST /v1/auth/refresh': { refresh_token: 'rt_1' },
  'POST /v1/auth/logout': { refresh_token: 'rt_1' },
  'POST /v1/auth/switch': { tenant_id: 'ten_01h455vb4pex5vsknk084sn02q' },
  'POST /v1/companies': {
    name: 'Acme',
    language: 'es',
    time_zone: 'America/Bogota',
    country: 'CO',
    admin: { email: 'ana@acme.test', name: 'Ana', password: 'a long password' },
  },
  'PATCH /v1/companies/{id}': { name: 'Acme dos' },
  'POST /v1/users': { email: 'bo@acme.test', name: 'Bo', role: 'agent', password: 'a long password' },
  'PATCH /v1/me': { name: 'Ana María', language: 'pt' },
  'PATCH /v1/users/{id}': { role: 'viewer' },
  'POST /v1/api-keys': { name: 'Back office', scopes: ['messages:send'], expires_at: '2030-01-01T00:00:00Z' },
  'POST /v1/apps': {
    name: 'Our app',
    slug: 'ours',
    meta_app_id: '123',
    app_secret: 's3cret-s3cret',
    verify_token: 'v',
  },
  'POST /v1/apps/{id}/rotate-secret': { app_secret: 'n3w-secret' },
  'POST /v1/portfolios': { name: 'Main', meta_business_id: '42' },
  'POST /v1/wabas': { name: 'Main', portfolio_id: 'pfl_01h455vb4pex5vsknk084sn02q', meta_waba_id: '43' },
  'POST /v1/numbers': {
    name: 'Ventas',
    phone_number_id: '4000',
    display_phone_number: '+57 300 123 4567',
    meta_waba_id: '43',
    access_token: 'EAAG',
    throughput_per_second: 80,
    daily_quota: 0,
  },
  'PATCH /v1/numbers/{id}': { name: 'Soporte', access_token: 'EAAH', daily_quota: 10 },
  'POST /v1/messages': {
    number_id: 'num_01h455vb4pex5vsknk084sn02q',
    to: '573001234567',
    type: 'text',
    text: { body: 'hola' },
  },
  'POST /v1/rules': {
    name: 'Horario',
    keywords: ['horario'],
    match: 'any_word',
    reply_text: 'Abrimos de 8 a 18.',
    cooldown_s: 60,
    number_ids: ['num_01h455vb4pex5vsknk084sn02q'],
  },
  'PATCH /v1/rules/{id}': { enabled: false },
  'POST /v1/webhook-endpoints': {
    url: 'https://example.com/hooks',
    event_types: ['message.received'],
    description: 'CRM',
  },
  'PATCH /v1/webhook-endpoints/{id}': { state: 'disabled' },
  'POST /v1/sessions': { number_id: 'num_01h455vb4pex5vsknk084sn02q', wa_id: '573001234567' },
  'POST /v1/webhook-events/replay': { from: '2026-01-01T00:00:00Z', to: '2026-01-02T00:00:00Z' },
  'POST /v1/analytics/rebuild': { from: '2026-01-01T00:00:00Z', to: '2026-02-01T00:00:00Z' },
  'POST /v1/dead-letters/replay': { durable: 'inbox-ingest', all: true },
}

/** The same for operations that take bytes. */
export const files: Record<string, { type: string; body: string }> = {
  'POST /v1/media': { type: 'text/plain', body: 'hola' },
}

/** Queries that an operation cannot do without. */
export const queries: Record<string, string> = {
  // Without it the company's is asked for, whom the stubs do not know.
  'GET /v1/analytics/overview': '?time_zone=America/Bogota',
  'GET /v1/sessions/find': '?number_id=num_01h455vb4pex5vsknk084sn02q&wa_id=573001234567',
}
