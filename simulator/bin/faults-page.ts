/** Writes docs/faults.md from the tables of faults. */
import { faultsPage } from '../src/anomalies/page.ts'

await Bun.write(new URL('../docs/faults.md', import.meta.url), faultsPage())
