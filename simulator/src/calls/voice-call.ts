import type { Kept } from './recordings.ts'

/** A call between a business number and a customer. No sound is carried: the session descriptions are opaque text. */
export interface VoiceCall {
  /** `wacid.…` */
  id: string
  phoneNumberId: string
  waId: string
  direction: 'USER_INITIATED' | 'BUSINESS_INITIATED'
  state: 'ringing' | 'connected' | 'ended'
  /** Unix ms. */
  startedAt: number
  connectedAt?: number
  endedAt?: number
  /** Why it ended before anybody spoke. */
  refusedBy?: 'business' | 'customer'
  /** `biz_opaque_callback_data` of the business. */
  echo: string
  /** Of the link or the button that the customer called by. */
  deeplinkPayload?: string
  ctaPayload?: string
  /** The answer that the business has given in advance; the one it accepts with must be the same. */
  preAccepted?: string
  /** What the business wants kept of it. */
  kept?: Kept
}

export interface Session {
  sdp_type: string
  sdp: string
}

/** What a phone of the simulated world says; nobody listens to it. */
export const sampleSession = (sdp_type: 'offer' | 'answer'): Session => ({
  sdp_type,
  sdp: [
    'v=0',
    'o=- 0 0 IN IP4 127.0.0.1',
    's=-',
    't=0 0',
    'm=audio 9 UDP/TLS/RTP/SAVPF 111 126',
    `a=setup:${sdp_type === 'offer' ? 'actpass' : 'active'}`,
    'a=rtpmap:111 opus/48000/2',
    'a=rtpmap:126 telephone-event/8000',
    '',
  ].join('\r\n'),
})
