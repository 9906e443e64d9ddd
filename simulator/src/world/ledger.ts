const rowsPerPart = 1_000

/** Every message of one direction, for the ledger check of a test. Kept as text, a fifth of what objects take. */
export class Ledger<Row> {
  readonly #parts: string[] = []
  #open: Row[] = []
  #count = 0

  add(row: Row): void {
    this.#count++
    if (this.#open.push(row) < rowsPerPart) return
    this.#parts.push(this.#open.map(lineOf).join(''))
    this.#open = []
  }

  get count(): number {
    return this.#count
  }

  /** One JSON line per row, from the `from`th on. */
  *lines(from = 0): Generator<string> {
    const whole = Math.floor(from / rowsPerPart)
    let skip = from - whole * rowsPerPart
    for (const part of [...this.#parts, this.#open.map(lineOf).join('')].slice(whole)) {
      yield skip === 0 ? part : part.split('\n').slice(skip).join('\n')
      skip = 0
    }
  }

  rows(from = 0): Row[] {
    return [...this.lines(from)]
      .join('')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as Row)
  }

  clear(): void {
    this.#parts.length = 0
    this.#open = []
    this.#count = 0
  }
}

const lineOf = (row: unknown): string => `${JSON.stringify(row)}\n`
