import { areas, batchEventsMax, type liveV1, streams } from '@palomar/contracts'
import type { Logger } from '@palomar/runtime'
import type { Connection } from './connection.ts'
import { readInOrder } from './ordered-reader.ts'
import { streamConfig } from './provision/stream-config.ts'
import type { Publisher } from './publisher.ts'

export type Frame = liveV1.Frame

export interface FollowOptions {
  /** In order. Sequences of one epoch only rise; they are not dense. */
  onFrame(frame: Frame, seq: number): void
  /**
   * A new epoch, before its first frame: sequences of another epoch mean nothing any more. Called with the same epoch
   * when frames were dropped before they were read: whoever is connected must reload in both cases.
   */
  onEpoch(epoch: string): void
  /** How much of the past is read first. */
  pastMs?: number
}

export interface Follower {
  /** Undefined until the stream was found. */
  epoch(): string | undefined
  /** The last sequence read, or the stream's at the start. */
  head(): number
  /** Resolves once the past has been read. */
  caughtUp: Promise<void>
  stop(): Promise<void>
}

export interface Live {
  /** Rejects when LIVE refuses or is away for 2 s; the caller drops the frames and says `resync` later. */
  publish(frames: readonly Frame[]): Promise<void>
  /** One per gateway. */
  follow(options: FollowOptions): Follower
}

/** What a gateway's ring holds. */
const pastDefaultMs = 5 * 60_000

export function createLive(connection: Connection, publisher: () => Publisher<Frame>, logger: Logger): Live {
  return {
    publish: (frames) => publisher().publish(frames),
    follow(options) {
      let epoch: string | undefined
      let head = 0
      const reader = readInOrder({
        connection,
        logger,
        stream: areas.live.stream,
        start: { kind: 'newer_than', ageMs: options.pastMs ?? pastDefaultMs },
        onMissing: () => createLiveStream(connection),
        onStart({ createdAt, lastSequence }) {
          epoch = epochOf(createdAt)
          head = frameSequence(lastSequence, batchEventsMax - 1)
          options.onEpoch(epoch)
        },
        onEntry({ data, sequence }) {
          const frames = readFrames(data)
          // Unread is as good as dropped.
          if (!frames) {
            logger.error('a live batch cannot be read, clients reload', { sequence })
            options.onEpoch(epoch ?? '')
          }
          for (const [at, frame] of (frames ?? []).entries()) {
            head = frameSequence(sequence, at)
            options.onFrame(frame, head)
          }
        },
      })
      return { epoch: () => epoch, head: () => head, caughtUp: reader.caughtUp, stop: reader.stop }
    },
  }
}

function readFrames(data: Uint8Array): Frame[] | undefined {
  try {
    return areas.live.decode(data).events
  } catch {
    return undefined
  }
}

/** A batch has one sequence; a client may have seen half of its frames. */
function frameSequence(sequence: number, at: number): number {
  return sequence * batchEventsMax + at
}

/** The creation time in nanoseconds, short enough for a cursor. */
function epochOf(createdAt: string): string {
  const [, fraction = ''] = /\.(\d+)/.exec(createdAt) ?? []
  const seconds = BigInt(Math.floor(Date.parse(createdAt) / 1000))
  return (seconds * 1_000_000_000n + BigInt(fraction.padEnd(9, '0'))).toString(36)
}

/** It lives in memory, so a restarted server has none. Two who make it at once make the same. */
export async function createLiveStream({ nc }: Connection): Promise<void> {
  const spec = streams.find(({ name }) => name === areas.live.stream)
  if (!spec) return
  const jsm = await nc.jetstreamManager({ checkAPI: false })
  await jsm.streams.add(streamConfig(spec, 1))
}
