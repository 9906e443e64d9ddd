import { reviewMsOf } from '../delivery/delays.ts'
import type { Value } from '../delivery/values.ts'
import type { Simulation } from '../simulation.ts'
import type { Template } from '../world/types.ts'
import {
  categoryDetected,
  categoryDone,
  categoryNotice,
  componentsUpdate,
  qualityUpdate,
  type StatusMore,
  statusUpdate,
} from './values.ts'

/** What becomes of templates after they are made; their account hears of all of it. */
export class TemplateLife {
  constructor(readonly simulation: Simulation) {}

  /** Under review until its time is over; then the settings say what it ends with. */
  review(template: Template, isEdit = false): void {
    const { settings, timers, faults } = this.simulation
    template.status = 'PENDING'
    timers.after(
      reviewMsOf(settings, () => faults.random()),
      () => {
        if (template.status === 'PENDING') this.#decide(template, isEdit)
      },
    )
  }

  /** `event` is the status, but for those that end in another: REINSTATED and UNARCHIVED. */
  setStatus(template: Template, event: string, more: StatusMore = {}): void {
    const now = this.simulation.now()
    if (event === 'REINSTATED') template.status = 'APPROVED'
    else if (event !== 'UNARCHIVED' && event !== 'FLAGGED') template.status = event
    if (event === 'APPROVED') template.wasApproved = true
    if (event === 'PAUSED') template.pausedAt = now
    if (event === 'REJECTED') template.rejectedReason = more.reason ?? 'NONE'
    else delete template.rejectedReason
    this.#tell(template, 'message_template_status_update', statusUpdate(template, event, more, now))
  }

  /**
   * Feedback of customers. A RED template rests: three hours, then six, then for good. Source: Meta, "Template pausing".
   */
  setQuality(template: Template, score: string): void {
    const before = template.quality ?? 'UNKNOWN'
    if (score === before) return
    template.quality = score
    this.#tell(template, 'message_template_quality_update', qualityUpdate(template, before))
    if (score === 'RED' && template.status === 'APPROVED') this.#pause(template)
  }

  /** Meta finds it to be of another category: said now, done after the notice. */
  recategorise(template: Template, category: string): void {
    const { settings, timers } = this.simulation
    const { categoryNoticeMs } = settings
    template.correctCategory = category
    const at = this.simulation.now() + categoryNoticeMs
    this.#tell(template, 'template_category_update', categoryNotice(template, category, at))
    timers.after(categoryNoticeMs, () => {
      if (template.correctCategory !== category || template.status === 'DELETED') return
      const before = template.category
      template.previousCategory = before
      template.category = category
      delete template.correctCategory
      // Its time to live was of the old category.
      delete template.ttlSeconds
      this.#tell(template, 'template_category_update', categoryDone(template, before))
    })
  }

  /** Of templates that Direct Send makes: a category that would be right, and nothing else. */
  detect(template: Template, category: string): void {
    this.#tell(template, 'template_correct_category_detection', categoryDetected(template, category))
  }

  /** Out of use, and deleted in 28 days unless it is taken back. Why not, else undefined. */
  archive(template: Template): string | undefined {
    const { settings, timers } = this.simulation
    if (template.status !== 'APPROVED' && template.status !== 'REJECTED')
      return 'Only approved or rejected templates can be archived'
    const archived = { from: template.status, at: this.simulation.now() }
    template.archived = archived
    this.setStatus(template, 'ARCHIVED')
    timers.after(settings.archivedForMs, () => {
      if (template.archived === archived) this.setStatus(template, 'DELETED')
    })
    return undefined
  }

  unarchive(template: Template): string | undefined {
    if (template.status !== 'ARCHIVED' || !template.archived)
      return 'Only archived templates can be unarchived'
    template.status = template.archived.from
    delete template.archived
    this.setStatus(template, 'UNARCHIVED')
    return undefined
  }

  #decide(template: Template, isEdit: boolean): void {
    const { reviewVerdict } = this.simulation.settings
    if (reviewVerdict !== 'APPROVED') {
      this.setStatus(template, 'REJECTED', { reason: reviewVerdict })
      return
    }
    this.setStatus(template, 'APPROVED')
    if (isEdit) this.#tell(template, 'message_template_components_update', componentsUpdate(template))
  }

  #pause(template: Template): void {
    const { settings, timers } = this.simulation
    template.pauses = (template.pauses ?? 0) + 1
    const { pauses } = template
    if (pauses > 2) {
      this.setStatus(template, 'DISABLED', { title: 'DISABLED' })
      return
    }
    this.setStatus(template, 'PAUSED', { title: pauses === 1 ? 'FIRST_PAUSE' : 'SECOND_PAUSE' })
    timers.after(pauses === 1 ? settings.firstPauseMs : settings.secondPauseMs, () => {
      if (template.status === 'PAUSED' && template.pauses === pauses)
        this.setStatus(template, 'REINSTATED', { title: 'UNPAUSE' })
    })
  }

  #tell(template: Template, field: string, value: Value): void {
    const { simulation } = this
    const number = [...simulation.world.numbers.values()].find(({ wabaId }) => wabaId === template.wabaId)
    if (number) simulation.emit(number, value, field, Math.floor(simulation.now() / 1_000))
  }
}
