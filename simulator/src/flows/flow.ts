import type { FlowProblem } from './flow-json.ts'

/** Source: Meta, "Flows API: Flow statuses"; pywa 4.5 types/flows.py, FlowStatus. */
export const flowStatuses = ['DRAFT', 'PUBLISHED', 'DEPRECATED', 'BLOCKED', 'THROTTLED'] as const
export type FlowStatus = (typeof flowStatuses)[number]

export const flowCategories = [
  'SIGN_UP',
  'SIGN_IN',
  'APPOINTMENT_BOOKING',
  'LEAD_GENERATION',
  'CONTACT_US',
  'CUSTOMER_SUPPORT',
  'SURVEY',
  'SHOPPING',
  'OTHER',
] as const

export interface Flow {
  id: string
  wabaId: string
  /** Unique within its account. */
  name: string
  status: FlowStatus
  categories: string[]
  /** Empty: it exchanges no data. */
  endpointUri: string
  /** The app that made it. */
  appId: string
  /** Flow JSON as it was uploaded; empty before. */
  json: string
  problems: FlowProblem[]
  /** Unix ms. */
  updatedAt: number
  /** Part of the preview's address until it is invalidated. */
  previewToken: string
  /** When it was sent, Unix ms: a throttled one goes ten times an hour. */
  sentAt: number[]
}
