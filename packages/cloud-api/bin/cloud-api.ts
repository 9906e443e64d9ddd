/** Looks at webhook bodies and messages with the eyes of this package: `bun run cloud-api parse|validate FILE…`. */
import { readFileSync } from 'node:fs'
import { parseLines } from './parse-lines.ts'
import { validateLines } from './validate-lines.ts'

const usage = `usage: bun run cloud-api parse FILE…      one JSON line per message, status or other change
       bun run cloud-api validate FILE…   one line per body: ok, or Meta's code, the path and the reason
- as FILE reads standard input`

const [command, ...files] = process.argv.slice(2)
const linesOf = command === 'parse' ? parseLines : command === 'validate' ? validateLines : undefined
if (!linesOf || files.length === 0) {
  console.error(usage)
  process.exit(2)
}
// Each file is looked at, also after one that cannot be read.
for (const file of files) {
  const bytes = read(file)
  const lines = bytes instanceof Uint8Array ? linesOf(file, bytes) : [`${file}: ${bytes}`]
  const text = lines.map((line) => `${line}\n`).join('')
  if (bytes instanceof Uint8Array) process.stdout.write(text)
  else process.stderr.write(text)
}

function read(file: string): Uint8Array | string {
  try {
    return readFileSync(file === '-' ? 0 : file)
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}
