import { mediaUrl } from '../graph/media.ts'
import { bsuidOf } from '../people/bsuid.ts'
import type { Simulation } from '../simulation.ts'
import { samplePicture } from '../world/media.ts'
import type { PhoneNumber } from '../world/types.ts'
import { chunksOf } from './chunks.ts'
import { type AppContact, addressBook, type PastMessage, type PastPlan, pastOf } from './past.ts'
import { historyValue, pastMediaValue, refusedHistoryValue, stateSyncValue } from './values.ts'

const contactsPerBody = 1_000
const mediaPerBody = 20
/** Files come for the messages of the last days only. Source: Meta, "history webhook reference". */
const mediaDays = 14
const dayMs = 86_400_000

/** The owner's address book, in bodies of a thousand. */
export function syncContacts(simulation: Simulation, number: PhoneNumber, { threads }: PastPlan): void {
  const people = bookOf(simulation, number, threads)
  for (let at = 0; at < people.length; at += contactsPerBody) {
    const part = people.slice(at, at + contactsPerBody)
    later(simulation, at / contactsPerBody + 1, () =>
      simulation.emit(number, stateSyncValue(number, 'add', part, simulation.now()), 'smb_app_state_sync'),
    )
  }
}

/** The past, chunk after chunk, then the files of its latest messages; or the one word that it is not shared. */
export function syncHistory(
  simulation: Simulation,
  number: PhoneNumber,
  { plan, onboardedAt, sharesHistory }: { plan: PastPlan; onboardedAt: number; sharesHistory: boolean },
  origin: string,
): void {
  if (!sharesHistory) {
    later(simulation, 1, () => simulation.emit(number, refusedHistoryValue(number), 'history'))
    return
  }
  const past = pastOf(plan, bookOf(simulation, number, plan.threads), {
    until: onboardedAt,
    seed: Number(number.id) % 1_000_003,
    newWamid: () => simulation.world.newWamid(),
  })
  const chunks = chunksOf(number, past, simulation.settings.historyBytesMax)
  for (const [index, chunk] of chunks.entries()) {
    // It lets the next two pass; if all did, they would be in order again.
    const late = index % 2 === 0 && simulation.faults.happens('historyOutOfOrder') ? 2.5 : 0
    later(simulation, index + 1 + late, () =>
      simulation.emit(number, historyValue(number, chunk), 'history', undefined, { isAlone: true }),
    )
  }
  const recent = onboardedAt - mediaDays * dayMs
  const pictures = past.flat().filter(({ type, at }) => type === 'media_placeholder' && at >= recent)
  later(simulation, chunks.length + 4, () => sendPictures(simulation, number, pictures, origin))
}

function sendPictures(
  simulation: Simulation,
  number: PhoneNumber,
  pictures: readonly PastMessage[],
  origin: string,
): void {
  for (const isFromOwner of [false, true]) {
    const own = pictures.filter((message) => message.isFromOwner === isFromOwner)
    for (let at = 0; at < own.length; at += mediaPerBody) {
      const filled = own
        .slice(at, at + mediaPerBody)
        .map((message) => withFile(simulation, number, message, origin))
      simulation.emit(number, pastMediaValue(number, isFromOwner, filled), 'history')
    }
  }
}

function withFile(
  simulation: Simulation,
  number: PhoneNumber,
  message: PastMessage,
  origin: string,
): PastMessage {
  const media = simulation.world.media.add(number.id, 'image/png', samplePicture(), 7)
  const content = {
    id: media.id,
    mime_type: media.mimeType,
    sha256: Buffer.from(media.sha256, 'hex').toString('base64'),
    url: mediaUrl(media, origin, simulation.mediaEndsAt()),
  }
  return { ...message, type: 'image', content }
}

/** Whom the owner knows, by the ids of the number's portfolio. */
function bookOf({ world }: Simulation, { businessId }: PhoneNumber, count: number): AppContact[] {
  return addressBook(count, (waId) => bsuidOf(waId, businessId, world.people.generationOf(waId)))
}

/** After so many gaps. */
function later(simulation: Simulation, gaps: number, task: () => void): void {
  simulation.timers.after(gaps * simulation.settings.historyGapMs, task)
}
