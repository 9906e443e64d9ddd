import { isObject } from '../json.ts'
import type { GraphAnswer } from './answer.ts'
import { edge, type GraphCall, type GraphCore, type Page, pageIn, successIn } from './core.ts'

type OfNumber = GraphCall & { phoneNumberId: string }

/** What customers see of a business. */
export interface Profile {
  /** 139 characters. */
  about?: string
  address?: string
  description?: string
  email?: string
  /** Two of 256 characters. */
  websites?: string[]
  /** Meta's word for the trade: RETAIL, HEALTH, … */
  vertical?: string
  profile_picture_url?: string
  /** Of a resumable upload; only when it is changed. */
  profile_picture_handle?: string
}

export interface QrCode {
  /** 14 letters and digits. */
  code: string
  prefilled_message: string
  deep_link_url: string
  qr_image_url?: string
}

export interface ProfileCalls {
  getProfile(call: OfNumber): Promise<GraphAnswer<Profile>>
  updateProfile(call: OfNumber & { profile: Profile }): Promise<GraphAnswer<true>>
  /** The cart and the catalogue of a number: `is_cart_enabled`, `is_catalog_visible`. */
  getCommerceSettings(call: OfNumber): Promise<GraphAnswer<Page>>
  updateCommerceSettings(call: OfNumber & { settings: Record<string, boolean> }): Promise<GraphAnswer<true>>
  /** Ice breakers and commands. */
  updateConversationalAutomation(
    call: OfNumber & { automation: Record<string, unknown> },
  ): Promise<GraphAnswer<true>>
  listQrCodes(call: OfNumber): Promise<GraphAnswer<QrCode[]>>
  getQrCode(call: OfNumber & { code: string }): Promise<GraphAnswer<QrCode>>
  /** A message of at most 140 characters; with a code it changes that one. */
  saveQrCode(
    call: OfNumber & { message: string; code?: string; image?: 'PNG' | 'SVG' },
  ): Promise<GraphAnswer<QrCode>>
  deleteQrCode(call: OfNumber & { code: string }): Promise<GraphAnswer<true>>
}

const profileFields = 'about,address,description,email,profile_picture_url,websites,vertical'

/** `pages.profiles` */
export const profileCalls = (core: GraphCore): ProfileCalls => ({
  getProfile: (call) =>
    core.ask(
      call,
      {
        method: 'GET',
        path: edge(call.phoneNumberId, 'whatsapp_business_profile'),
        query: { fields: profileFields },
      },
      (json) => pageIn(json)?.data[0] as Profile | undefined,
    ),
  updateProfile: (call) =>
    core.ask(
      call,
      {
        method: 'POST',
        path: edge(call.phoneNumberId, 'whatsapp_business_profile'),
        json: { messaging_product: 'whatsapp', ...call.profile },
      },
      successIn,
    ),
  getCommerceSettings: (call) =>
    core.ask(call, { method: 'GET', path: edge(call.phoneNumberId, 'whatsapp_commerce_settings') }, pageIn),
  updateCommerceSettings: (call) =>
    core.ask(
      call,
      {
        method: 'POST',
        path: edge(call.phoneNumberId, 'whatsapp_commerce_settings'),
        query: Object.fromEntries(Object.entries(call.settings).map(([key, on]) => [key, String(on)])),
      },
      successIn,
    ),
  updateConversationalAutomation: (call) =>
    core.ask(
      call,
      {
        method: 'POST',
        path: edge(call.phoneNumberId, 'conversational_automation'),
        json: call.automation,
      },
      successIn,
    ),
  listQrCodes: (call) =>
    core.ask(call, { method: 'GET', path: edge(call.phoneNumberId, 'message_qrdls') }, (json) =>
      pageIn(json)?.data.flatMap((one) => qrCodeIn(one) ?? []),
    ),
  getQrCode: (call) =>
    core.ask(call, { method: 'GET', path: edge(call.phoneNumberId, 'message_qrdls', call.code) }, (json) =>
      qrCodeIn(pageIn(json)?.data[0] ?? json),
    ),
  saveQrCode: (call) =>
    core.ask(
      call,
      {
        method: 'POST',
        path: edge(call.phoneNumberId, 'message_qrdls'),
        json: {
          prefilled_message: call.message,
          ...(call.code === undefined ? {} : { code: call.code }),
          ...(call.image === undefined ? {} : { generate_qr_image: call.image }),
        },
      },
      qrCodeIn,
    ),
  deleteQrCode: (call) =>
    core.ask(
      call,
      { method: 'DELETE', path: edge(call.phoneNumberId, 'message_qrdls', call.code) },
      successIn,
    ),
})

function qrCodeIn(json: unknown): QrCode | undefined {
  if (!isObject(json) || typeof json.code !== 'string') return undefined
  const text = (value: unknown) => (typeof value === 'string' ? value : '')
  return {
    code: json.code,
    prefilled_message: text(json.prefilled_message),
    deep_link_url: text(json.deep_link_url),
    ...(typeof json.qr_image_url === 'string' ? { qr_image_url: json.qr_image_url } : {}),
  }
}
