import type { Json } from '../json.ts'
import type { MediaSend } from './message.ts'

/** A template as it is sent: its name, its language and what fills its holes. */
export interface TemplateSend {
  name: string
  language: { code: string; policy?: 'deterministic' }
  components?: TemplateSendComponent[]
}

export type TemplateSendComponent =
  | { type: 'header'; parameters?: TemplateParameter[] }
  | { type: 'body'; parameters?: TemplateParameter[] }
  | { type: 'button'; sub_type: ButtonSubType; index: string | number; parameters?: TemplateParameter[] }
  | { type: 'carousel'; cards: { card_index: number; components: TemplateSendComponent[] }[] }
  | { type: 'limited_time_offer'; parameters: TemplateParameter[] }
  | { type: 'tap_target_configuration'; parameters: TemplateParameter[] }
  | { type: 'order_status'; parameters: TemplateParameter[] }

/** The kinds of button, and which parameters each takes: none means that it takes no component at all. */
export const buttonParameters = {
  quick_reply: ['payload'],
  url: ['text'],
  copy_code: ['coupon_code'],
  flow: ['action'],
  catalog: ['action'],
  mpm: ['action'],
  order_details: ['action'],
  voice_call: ['ttl_minutes', 'payload'],
  spm: [],
  phone_number: [],
  app: [],
  request_contact_info: [],
  call_permission_request: [],
} as const
export type ButtonSubType = keyof typeof buttonParameters

export type TemplateParameter =
  | { type: 'text'; text: string; parameter_name?: string }
  | {
      type: 'currency'
      currency: { fallback_value: string; code: string; amount_1000: number }
      parameter_name?: string
    }
  | { type: 'date_time'; date_time: { fallback_value: string }; parameter_name?: string }
  | { type: 'image'; image: MediaSend }
  | { type: 'video'; video: MediaSend }
  | { type: 'gif'; gif: MediaSend }
  | { type: 'document'; document: MediaSend & { filename?: string } }
  | {
      type: 'location'
      location: { latitude: number | string; longitude: number | string; name?: string; address?: string }
    }
  | { type: 'product'; product: { product_retailer_id: string; catalog_id: string } }
  | { type: 'payload'; payload: string }
  | { type: 'coupon_code'; coupon_code: string }
  | { type: 'action'; action: Record<string, Json> }
  | { type: 'ttl_minutes'; ttl_minutes: number }
  | { type: 'limited_time_offer'; limited_time_offer: { expiration_time_ms: number } }
  | { type: 'tap_target_configuration'; tap_target_configuration: Json }
  | { type: 'order_status'; order_status: Json }

export type ParameterType = TemplateParameter['type']
