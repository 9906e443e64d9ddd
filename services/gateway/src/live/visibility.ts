import type { liveV1 } from '@palomar/contracts'
import type { Frame } from './frame.ts'

/** Whom a socket speaks for. */
export interface Viewer {
  tenantId: string
  actorId: string
  sessionId: string
  permissions: ReadonlySet<string>
  /** Absent: sees the whole company. Else only what lies with these teams or with themselves. */
  teams?: ReadonlySet<string>
}

/** `left`: it was theirs to see before the change and is not after it. */
export type Sight = 'event' | 'left' | 'nothing'

/** Checked for every frame and socket (CONTRACTS 34). */
export function sightOf(viewer: Viewer, frame: Frame): Sight {
  if (frame.userId !== '' && frame.userId !== viewer.actorId) return 'nothing'
  if (frame.permission !== '' && !viewer.permissions.has(frame.permission)) return 'nothing'
  if (!viewer.teams) return 'event'
  if (isAt(viewer, viewer.teams, frame.after)) return 'event'
  return isAt(viewer, viewer.teams, frame.before) && frame.before !== undefined ? 'left' : 'nothing'
}

/** What lies nowhere is everyone's. */
function isAt(viewer: Viewer, teams: ReadonlySet<string>, place: liveV1.Place | undefined): boolean {
  if (!place || (place.teamId === '' && place.assigneeId === '')) return true
  return teams.has(place.teamId) || place.assigneeId === viewer.actorId
}
