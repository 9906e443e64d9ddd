/** What a number's edges keep; the number itself is in types.ts. */
export interface NumberState {
  profile: Record<string, unknown>
  settings: Record<string, unknown>
  commerce: { is_cart_enabled: boolean; is_catalog_visible: boolean }
  automation: Record<string, unknown>
  /** Six digits once two-step verification is set. */
  pin?: string
  /** Asked for and not used yet. */
  verificationCode?: string
  isVerified: boolean
  /** When it was registered or deregistered, Unix ms. */
  registrations: number[]
  qrCodes: Map<string, QrCode>
  /** PEM; what a Flow’s data is encrypted under. */
  publicKey?: string
  /** What the business blocked it by → the customer's wa_id. */
  blocked: Map<string, string>
}

export interface QrCode {
  code: string
  prefilled_message: string
  deep_link_url: string
  qr_image_url?: string
}

export const newNumberState = (): NumberState => ({
  profile: { about: 'Hey there! I am using WhatsApp.', vertical: 'OTHER' },
  settings: {
    storage_configuration: { status: 'DEFAULT' },
    user_identity_change: { enable_identity_key_check: false },
  },
  commerce: { is_cart_enabled: true, is_catalog_visible: false },
  automation: {},
  isVerified: true,
  registrations: [],
  qrCodes: new Map(),
  blocked: new Map(),
})
