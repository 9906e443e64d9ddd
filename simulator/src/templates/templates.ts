import type { Simulation } from '../simulation.ts'
import { TemplateLife } from './life.ts'
import { TemplateQuotas } from './quotas.ts'

/** All that goes on about templates beside sending them. */
export class Templates {
  readonly life: TemplateLife
  readonly quotas: TemplateQuotas

  constructor(simulation: Simulation) {
    this.life = new TemplateLife(simulation)
    this.quotas = new TemplateQuotas(simulation)
  }
}
