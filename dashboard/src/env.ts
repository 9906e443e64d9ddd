import { defineEnvVars } from '@sveltejs/kit/env'

const url = (value: string | undefined): string => {
  if (!value || !URL.canParse(value)) throw new Error('must be a URL such as http://127.0.0.1:8080')
  return value.replace(/\/$/, '')
}

export const variables = defineEnvVars({
  GATEWAY_URL: { description: 'Where the dashboard reaches the gateway', schema: url },
  GATEWAY_PUBLIC_URL: {
    description: 'Where the browser reaches the gateway (for the live socket and the API documentation)',
    schema: url,
  },
  ORIGIN: {
    description: 'The dashboard’s own public origin; http:// allows its cookie without TLS',
    schema: (value) => value ?? 'https://',
  },
  VIRTUAL_PHONE_URL: {
    description: 'The virtual phone, when the simulator runs; empty otherwise',
    schema: (value) => value ?? '',
  },
})
