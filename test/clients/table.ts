import { otherRows, type Program, type Row, sendRows } from './program.ts'

/** Whatever a program can do here has a test. */
function canDo(program: Program, row: Row): boolean {
  if (row in sendRows) return program.send[row as keyof typeof sendRows] !== undefined
  const feature = row === 'parseMessage' || row === 'parseStatus' ? 'parse' : (row as keyof Program)
  return program[feature] !== undefined
}

/** The table of docs/compatibility.md. */
export function tableOf(programs: readonly Program[]): string {
  const labels = Object.entries({
    ...Object.fromEntries(Object.entries(sendRows).map(([row, { says }]) => [row, says])),
    ...otherRows,
  }) as [Row, string][]
  const head = ['', ...programs.map(({ name, version }) => `${name} ${version}`)]
  const lines = labels.map(([row, says]) => [
    says,
    ...programs.map((program) => (canDo(program, row) ? '✅' : '–')),
  ])
  return [head, head.map(() => '---'), ...lines].map((cells) => `| ${cells.join(' | ')} |`).join('\n')
}
