import { failureOf } from '../delivery/failures.ts'
import { errorItem, type Value } from '../delivery/values.ts'
import type { Simulation } from '../simulation.ts'
import { Tally } from '../world/tally.ts'
import type { PhoneNumber } from '../world/types.ts'
import type { Group, JoinApprovalMode } from './group.ts'
import { GroupOutbox } from './outbox.ts'
import type { GroupShelf } from './shelf.ts'
import { groupValue } from './values.ts'

/** The groups of the world, from their making to their end; who is in them is in membership.ts. */
export class Groups {
  readonly shelf: GroupShelf
  readonly outbox: GroupOutbox
  /** Requests about groups, per number. */
  readonly requests = new Tally()

  constructor(readonly simulation: Simulation) {
    this.shelf = simulation.world.groups
    this.outbox = new GroupOutbox(simulation)
  }

  find(id: string): Group | undefined {
    return this.shelf.find(id)
  }

  /** The id of the request; the group and its link follow by webhook. */
  create(
    number: PhoneNumber,
    about: { subject: string; description: string; joinApprovalMode: JoinApprovalMode },
    failure?: number,
  ): string {
    return this.request(number, (request_id, at) => {
      const { subject, description } = about
      const said = { type: 'group_create', request_id, subject, ...(description ? { description } : {}) }
      if (failure !== undefined) {
        this.tell(number, 'group_lifecycle_update', { ...said, errors: [errorItem(failureOf(failure))] })
        return
      }
      const digits = number.displayPhoneNumber.replace(/\D/g, '')
      const group = this.shelf.make(number.id, digits, about, at)
      this.tell(number, 'group_lifecycle_update', {
        ...said,
        group_id: group.id,
        invite_link: group.inviteLink,
        join_approval_mode: group.joinApprovalMode,
      })
    })
  }

  delete(number: PhoneNumber, group: Group): string {
    return this.request(number, (request_id) => {
      if (group.isDeleted) return
      this.shelf.delete(group)
      this.tell(number, 'group_lifecycle_update', { type: 'group_delete', request_id, group_id: group.id })
    })
  }

  /** `parts`: what Meta says of each, by its key in the webhook; those that succeed are done by `apply`. */
  change(number: PhoneNumber, group: Group, parts: Record<string, Value>, apply: () => void): string {
    return this.request(number, (request_id) => {
      if (group.isDeleted) return
      apply()
      const about = { type: 'group_settings_update', request_id, group_id: group.id }
      const failed = Object.values(parts).flatMap(({ errors }) => (Array.isArray(errors) ? errors : []))
      const errors = failed.length > 0 ? { errors: failed.slice(0, 1) } : {}
      this.tell(number, 'group_settings_update', { ...about, ...parts, ...errors })
    })
  }

  /** Meta finds a group against its rules, or takes that back. */
  suspend(number: PhoneNumber, group: Group, isSuspended: boolean): void {
    if (group.isSuspended === isSuspended) return
    group.isSuspended = isSuspended
    const type = isSuspended ? 'group_suspend' : 'group_suspend_cleared'
    this.tell(number, 'group_status_update', { type, group_id: group.id })
  }

  /** A participant's message, each by itself: those before it stay as they are. */
  readByBusiness(phoneNumberId: string, wamid: string): boolean {
    for (const group of this.shelf.of(phoneNumberId)) {
      const message = group.messages.find((one) => one.wamid === wamid && one.from !== 'business')
      if (!message) continue
      message.state = 'read'
      return true
    }
    return false
  }

  tell(number: PhoneNumber, field: string, about: Value): void {
    this.simulation.emit(number, groupValue(number, this.simulation.now(), about), field)
  }

  /** What follows a request comes after its answer. */
  request(number: PhoneNumber, follow: (requestId: string, at: number) => void): string {
    const { timers, settings } = this.simulation
    const id = this.shelf.newRequestId('request')
    this.requests.add(number.id, this.simulation.now())
    timers.after(settings.groupMs, () => follow(id, this.simulation.now()))
    return id
  }
}
