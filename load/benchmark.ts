/** What a benchmark says at its end. A fast run that lost something is a failure. */
export interface Result {
  /** Numbers of the run, by name with their unit last. */
  figures: Record<string, number>
  /** The figures that DESIGN 9 sets a floor and a goal for. */
  bars: Bar[]
  ledger: Ledger
  settings: Record<string, unknown>
}

export interface Bar {
  figure: string
  value: number
  floor: number
  goal: number
  /** The floor is a ceiling: a time, a memory. */
  isAtMost?: boolean
}

export const meets = ({ value, isAtMost = false }: Bar, mark: number) =>
  isAtMost ? value <= mark : value >= mark

/** Sent = stored = delivered, doubled 0. */
export interface Ledger {
  sent: number
  stored: number
  lost: number
  doubled: number
}

export interface RunOptions {
  /** Says what is going on, for whoever watches. */
  say(line: string): void
  /** Shorter and less telling; the floors still hold or do not. */
  quick: boolean
}

export interface Benchmark {
  id: string
  title: string
  run(options: RunOptions): Promise<Result>
}

export const isWhole = ({ lost, doubled }: Ledger) => lost === 0 && doubled === 0
export const isFloorMet = ({ bars, ledger }: Result) =>
  isWhole(ledger) && bars.every((bar) => meets(bar, bar.floor))

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length / 2
  return sorted.length % 2 === 1
    ? (sorted[Math.floor(middle)] ?? 0)
    : ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2
}
