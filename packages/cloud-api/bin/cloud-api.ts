/** Looks at a webhook body or a message with the eyes of this package: `bun run cloud-api parse|validate FILE…`. */
import { readFileSync } from 'node:fs'
import { type ParsedChange, parseWebhook, validateSend } from '../src/index.ts'

const usage = `usage: bun run cloud-api parse FILE…      what a webhook body holds
       bun run cloud-api validate FILE…   whether a message may be sent
- as FILE reads standard input`

const [command, ...files] = process.argv.slice(2)
const run = command === 'parse' ? parse : command === 'validate' ? validate : undefined
if (!run || files.length === 0) {
  console.error(usage)
  process.exit(2)
}
// Each file is looked at, also after one that fails.
const results = files.map((file) => {
  try {
    return run(file, readFileSync(file === '-' ? 0 : file))
  } catch (error) {
    console.error(`${file}: ${error instanceof Error ? error.message : String(error)}`)
    return false
  }
})
process.exit(results.every(Boolean) ? 0 : 1)

function parse(file: string, bytes: Uint8Array): boolean {
  const parsed = parseWebhook(bytes)
  if (!parsed.ok) {
    console.error(`${file}: ${parsed.reason}`)
    return false
  }
  for (const change of parsed.changes) console.log(`${file}: ${JSON.stringify(shown(change), null, 2)}`)
  return parsed.changes.every(({ value }) => value.kind !== 'unreadable')
}

function shown({ raw, ...change }: ParsedChange): object {
  return { ...change, rawBytes: raw.length }
}

function validate(file: string, bytes: Uint8Array): boolean {
  const result = validateSend(JSON.parse(new TextDecoder().decode(bytes)))
  if (result.ok) {
    console.log(`${file}: a valid ${result.message.type} message`)
    return true
  }
  console.error(`${file}: (#${result.code}) ${result.title}`)
  for (const { path, detail, docs } of result.errors)
    console.error(`  ${path || 'body'}: ${detail}\n    ${docs}`)
  return false
}
