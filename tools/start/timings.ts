/** Where the time of a start goes; steps may overlap. */
export interface Timings {
  step<T>(name: string, run: () => Promise<T>): Promise<T>
  /** One line per step, in seconds since the beginning. */
  lines(): string[]
  totalMs(): number
}

export function timings(): Timings {
  const beginning = performance.now()
  const steps: { name: string; from: number; to: number }[] = []
  const seconds = (ms: number) => ((ms - beginning) / 1000).toFixed(2)
  return {
    async step(name, run) {
      const from = performance.now()
      try {
        return await run()
      } finally {
        steps.push({ name, from, to: performance.now() })
      }
    },
    lines: () =>
      steps.map(
        ({ name, from, to }) => `${seconds(from).padStart(7)} → ${seconds(to).padStart(6)} s  ${name}`,
      ),
    totalMs: () => performance.now() - beginning,
  }
}
