/**
 * The one line of a log's end that tells why its process went: the last error it logged, else the message of what
 * was thrown, else its last line of plain text. Empty when it went without a word: an ordinary log line is no reason.
 */
export function lastWords(tail: string): string {
  const lines = tail
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean)
  const logged = lines.findLast((line) => /"level":"(error|fatal)"/.test(line))
  if (logged) return sentenceOf(logged)
  const invalid = lines.findIndex((line) => line.endsWith('configuration is not valid:'))
  if (invalid >= 0) return configurationProblems(lines.slice(invalid + 1))
  const thrown = lines.findLast((line) => /^(\w*Error|error): /.test(line))
  return thrown ?? lines.findLast((line) => !/^(Bun v|at |\{)/.test(line)) ?? ''
}

function sentenceOf(line: string): string {
  try {
    const { msg, error, err } = JSON.parse(line) as { msg?: string; error?: unknown; err?: unknown }
    const cause = causeOf(error ?? err)
    return [msg, cause].filter(Boolean).join(': ').replaceAll('\n', ' ')
  } catch {
    return line
  }
}

function causeOf(error: unknown): string | undefined {
  if (typeof error === 'string') return error
  if (error && typeof error === 'object' && 'message' in error) return String(error.message)
  return undefined
}

/** `NAME: what is wrong`, one line each, until something else begins. */
function configurationProblems(lines: string[]): string {
  const problems: string[] = []
  for (const line of lines) {
    if (!/^[A-Z][A-Z0-9_]*: /.test(line)) break
    problems.push(line)
  }
  return `configuration is not valid: ${problems.join('; ')}`
}
