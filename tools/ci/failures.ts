const fileLine = /^(\S+\.(?:test|e2e)\.ts):$/
const explained = /^failed(?:, because skipped with CI=true)?: /

/**
 * What `bin/test` says has failed, a line each: `file: name: first line of its error`. Bun repeats failures at the end of a
 * run, without their errors; each is listed once.
 */
export function failuresIn(output: string): string[] {
  const found = new Map<string, string>()
  let file = ''
  let error = ''
  for (const line of output.split('\n')) {
    const [, nextFile] = fileLine.exec(line) ?? []
    if (nextFile) file = nextFile
    if (line.startsWith('error: ')) error ||= line.slice(0, 200)
    if (line.startsWith('(pass) ')) error = ''
    if (line.startsWith('(fail) ')) {
      const name = line.slice('(fail) '.length).replace(/ \[[\d.]+m?s\]$/, '')
      if (!found.has(name)) found.set(name, [file, name, error].filter(Boolean).join(': '))
      error = ''
    } else if (explained.test(line)) found.set(line, line)
  }
  return [...found.values()]
}
