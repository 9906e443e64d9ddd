/**
 * Events on their way from one place to another: kept in the next, not yet acknowledged in the last. While one is, no
 * parked event may run here: the one just kept may kill this process, and not acknowledged it would be there twice,
 * then four times.
 */
export class Moves {
  readonly #underWay = new Set<Promise<void>>()

  run(move: () => Promise<void>): Promise<void> {
    const underWay = move()
    this.#underWay.add(underWay)
    const done = () => void this.#underWay.delete(underWay)
    underWay.then(done, done)
    return underWay
  }

  /** Resolves when none is under way. */
  async settled(): Promise<void> {
    while (this.#underWay.size > 0) await Promise.allSettled([...this.#underWay])
  }
}
