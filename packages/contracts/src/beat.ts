/** What a gateway says of itself every 5 s on `beat.gateway` (CONTRACTS 28). Health is recorded, not illness. */
export interface GatewayBeat {
  /** Tells the gateways apart; new with each start. */
  instance: string
  /** Epoch milliseconds of this beat. */
  at: number
  /** What the counts below cover: from the beat before, or from the start. */
  since: number
  /** Whether it can take webhooks right now: the snapshot of apps is whole and NATS answers. */
  ready: boolean
  /** Webhooks answered 200: signed and on disk. */
  stored: number
  /** Signed and not stored, answered 503. */
  failed: number
  /** Everything else: bad signature, unknown app, too large. It says nothing about our health. */
  refused: number
  /** Stored, by app_… */
  apps: Record<string, number>
}

export function encodeBeat(beat: GatewayBeat): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(beat))
}

/** Undefined for what no gateway of ours sent. */
export function decodeBeat(bytes: Uint8Array): GatewayBeat | undefined {
  try {
    const beat = JSON.parse(new TextDecoder().decode(bytes)) as Partial<GatewayBeat>
    const isBeat =
      typeof beat.instance === 'string' &&
      typeof beat.ready === 'boolean' &&
      [beat.at, beat.since, beat.stored, beat.failed, beat.refused].every(Number.isFinite) &&
      typeof beat.apps === 'object' &&
      beat.apps !== null
    return isBeat ? (beat as GatewayBeat) : undefined
  } catch {
    return undefined
  }
}
