import { messaging, seconds } from '../delivery/values.ts'
import type { Simulation } from '../simulation.ts'
import type { PhoneNumber } from '../world/types.ts'
import { silentVoiceNote } from '../world/voice-note.ts'
import type { VoiceCall } from './voice-call.ts'

/** What a business wants kept of a call, in its request to connect or to accept. */
export interface Kept {
  recording: boolean
  transcription: boolean
}

/** `recording` and `transcription`, each `{status: ENABLED, …}`. Source: froggy1014/meta-cloud-api `docs/calling.md`. */
export function keptOf({ recording, transcription }: Record<string, unknown>): Kept {
  const isOn = (wish: unknown) => (wish as { status?: unknown } | undefined)?.status === 'ENABLED'
  return { recording: isOn(recording), transcription: isOn(transcription) }
}

/**
 * After a call that was taken: files as of any media, to be read by their ids. Their events are documented, what is in
 * them is not: an id and its type, as customers' files have. [?]
 */
export function tellOfRecordings(simulation: Simulation, number: PhoneNumber, call: VoiceCall): void {
  const { kept } = call
  if (!kept || call.connectedAt === undefined) return
  simulation.timers.after(simulation.settings.callRecordingMs, () => {
    const { media } = simulation.world
    const tell = (event: string, key: string, mimeType: string, bytes: Uint8Array) => {
      const { id, sha256 } = media.add(number.id, mimeType, bytes, 7)
      const file = { id, mime_type: mimeType, sha256: Buffer.from(sha256, 'hex').toString('base64') }
      const about = { id: call.id, event, timestamp: seconds(simulation.now()), direction: call.direction }
      simulation.emit(number, { ...messaging(number), calls: [{ ...about, [key]: file }] }, 'calls')
    }
    if (kept.recording) tell('call_recording_available', 'call_recording', 'audio/ogg', silentVoiceNote())
    if (!kept.transcription) return
    const words = new TextEncoder().encode(JSON.stringify({ call_id: call.id, segments: [] }))
    tell('call_transcription_available', 'call_transcript', 'application/json', words)
  })
}
