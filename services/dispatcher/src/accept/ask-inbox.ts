import type { Clock, Logger } from '@palomar/runtime'
import { recipientKeyOf } from '../domain/recipient.ts'
import type { Refusal } from '../domain/refusal.ts'
import type { InboxWindows } from '../inbox-windows.ts'
import type { Intake } from '../intake/intake.ts'
import type { Judged } from './accept-messages.ts'

/** A caller waits; what is still on its way after this is decided at the attempt. */
const intakeWaitMs = 500

export interface AskInboxDeps {
  inbox: InboxWindows
  intake: Intake
  clock: Clock
  logger: Logger
}

type Refused = Extract<Judged, { refused: Refusal }>
type Closed = Refused & Required<Pick<Refused, 'closed'>>
const isClosed = (one: Judged): one is Closed => 'refused' in one && one.closed !== undefined

/**
 * Before a window is called closed inbox is asked, all items in one question, because it may know better (CONTRACTS 29). Its no
 * counts only when every webhook that came before the send had been applied when it was asked: a customer who wrote in the
 * same instant has opened the window. While the intake is behind, its end is awaited for 500 ms and inbox asked
 * again; after that, and with inbox or NATS away, the item is accepted, and its attempt decides.
 *
 * Nothing is written here. Dies: the caller hears nothing and asks again. Asked twice: judged anew, unless the key has its
 * answer. The webhook comes late, after the no: the send was before it.
 */
export async function askInbox(deps: AskInboxDeps, tenantId: string, judged: Judged[]): Promise<Judged[]> {
  const closed = judged.filter(isClosed)
  if (closed.length === 0) return judged
  let wasApplied = await deps.intake.applied(0)
  const answers = await ask(deps, tenantId, closed)
  if (!wasApplied && [...answers.values()].some(isRefused)) {
    wasApplied = await deps.intake.applied(intakeWaitMs)
    const noes = closed.filter((one) => isRefused(answers.get(one)))
    if (wasApplied) for (const [one, answer] of await ask(deps, tenantId, noes)) answers.set(one, answer)
  }
  return judged.map((one) => {
    const answer = isClosed(one) ? answers.get(one) : one
    if (!isClosed(one) || !answer) return one
    return isRefused(answer) && !wasApplied ? one.closed : answer
  })
}

const isRefused = (one: Judged | undefined) => one !== undefined && 'refused' in one

/** Open, or refused with the later end that either of us knows. Inbox away: accepted, decided at the attempt. */
async function ask(
  { inbox, clock, logger }: AskInboxDeps,
  tenantId: string,
  closed: readonly Closed[],
): Promise<Map<Judged, Judged>> {
  const ends = await inbox
    .check(
      closed.map(({ closed: { item, number } }) => ({
        tenantId,
        numberId: item.numberId,
        recipientKey: recipientKeyOf(item, number),
      })),
    )
    .catch((error: unknown) => {
      logger.warn('inbox cannot say whether windows are open, decided at the attempt', {
        items: closed.length,
        error,
      })
      return undefined
    })
  const now = new Date(clock.now())
  return new Map(
    closed.map((one, i): [Judged, Judged] => {
      const end = ends?.[i] ?? null
      if (!ends || (end && end > now)) return [one, one.closed]
      return [one, { refused: { ...one.refused, until: laterOf(end, one.refused.until) } }]
    }),
  )
}

function laterOf(a: Date | null, b: Date | undefined): Date | undefined {
  if (!a || !b) return a ?? b
  return a > b ? a : b
}
