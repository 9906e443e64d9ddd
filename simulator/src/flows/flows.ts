import { createHash } from 'node:crypto'
import type { Simulation } from '../simulation.ts'
import type { Flow, FlowStatus } from './flow.ts'
import { problemsIn } from './flow-json.ts'
import { type FlowAlert, flowAlertValue, flowStatusValue } from './values.ts'

/** The Flows of all accounts, and what their accounts hear of them. */
export class Flows {
  readonly #flows = new Map<string, Flow>()
  #next = 800_000_000_000_001

  constructor(readonly simulation: Simulation) {}

  find(id: string): Flow | undefined {
    return this.#flows.get(id)
  }

  named(wabaId: string, name: string): Flow | undefined {
    return this.of(wabaId).find((flow) => flow.name === name)
  }

  of(wabaId: string): Flow[] {
    return [...this.#flows.values()].filter((flow) => flow.wabaId === wabaId)
  }

  add(given: Pick<Flow, 'wabaId' | 'name' | 'categories' | 'endpointUri' | 'json'>): Flow {
    const id = String(this.#next++)
    const [number] = this.#numbersOf(given.wabaId)
    const flow: Flow = {
      ...given,
      id,
      status: 'DRAFT',
      appId: number?.appId ?? '',
      problems: given.json === '' ? [] : problemsIn(given.json),
      updatedAt: this.simulation.now(),
      previewToken: tokenFor(id),
      sentAt: [],
    }
    this.#flows.set(id, flow)
    return flow
  }

  change(flow: Flow, change: Partial<Flow>): void {
    Object.assign(flow, change, { updatedAt: this.simulation.now() })
    if (change.json !== undefined) flow.problems = problemsIn(change.json)
  }

  remove(flow: Flow): void {
    this.#flows.delete(flow.id)
  }

  /** Its account hears of it. */
  setStatus(flow: Flow, status: FlowStatus): void {
    const before = flow.status
    if (before === status) return
    this.change(flow, { status })
    this.#tell(flow, flowStatusValue(flow, before))
  }

  /** Monitoring of the client or of the endpoint says something about it. */
  alert(flow: Flow, alert: FlowAlert): void {
    this.#tell(flow, flowAlertValue(flow, alert))
  }

  invalidatePreview(flow: Flow): void {
    flow.previewToken = tokenFor(`${flow.id} ${flow.previewToken}`)
  }

  #tell({ wabaId }: Flow, value: Record<string, unknown>): void {
    const [number] = this.#numbersOf(wabaId)
    if (number) this.simulation.emit(number, value, 'flows', Math.floor(this.simulation.now() / 1000))
  }

  #numbersOf(wabaId: string) {
    return [...this.simulation.world.numbers.values()].filter((number) => number.wabaId === wabaId)
  }
}

const tokenFor = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 32)
