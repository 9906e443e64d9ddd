import { closeSync, fdatasyncSync, openSync, unlinkSync, writeSync } from 'node:fs'
import { cpus, loadavg } from 'node:os'
import { join } from 'node:path'
import { median } from './benchmark.ts'

/** Of the machine, at this moment: a figure without them says little. */
export function machine(): Record<string, unknown> {
  return {
    bun: Bun.version,
    cores: cpus().length,
    cpu: cpus()[0]?.model ?? 'unknown',
    load_average: loadavg().map((load) => Number(load.toFixed(2))),
  }
}

/** Microseconds that one small write takes to be on this folder's disk. */
export function syncMicroseconds(folder: string): number {
  const file = join(folder, 'sync-probe')
  const fd = openSync(file, 'w')
  const block = Buffer.alloc(1_024)
  const took: number[] = []
  for (let n = 0; n < 200; n++) {
    const startedAt = performance.now()
    writeSync(fd, block)
    fdatasyncSync(fd)
    took.push((performance.now() - startedAt) * 1_000)
  }
  closeSync(fd)
  unlinkSync(file)
  return Math.round(median(took))
}
