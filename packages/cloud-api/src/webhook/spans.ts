/**
 * Finds where each change of a webhook body stands, in bytes of the body as received, without decoding it: the
 * archive keeps a change verbatim, and other subscribers get Meta's own bytes.
 */

export interface Span {
  start: number
  end: number
}

const quote = 0x22
const backslash = 0x5c
const openBrace = 0x7b
const closeBrace = 0x7d
const openBracket = 0x5b
const closeBracket = 0x5d
const comma = 0x2c
const colon = 0x3a

const isSpace = (byte: number | undefined) => byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09

/** A cursor over JSON text that has already been parsed once, so that its syntax is known to be right. */
class Scanner {
  at = 0
  constructor(readonly bytes: Uint8Array) {}

  peek(): number | undefined {
    while (isSpace(this.bytes[this.at])) this.at += 1
    return this.bytes[this.at]
  }

  take(byte: number): boolean {
    if (this.peek() !== byte) return false
    this.at += 1
    return true
  }

  string(): string {
    this.peek()
    const start = this.at
    this.at += 1
    while (this.at < this.bytes.length && this.bytes[this.at] !== quote) {
      this.at += this.bytes[this.at] === backslash ? 2 : 1
    }
    this.at += 1
    return JSON.parse(Buffer.from(this.bytes.subarray(start, this.at)).toString('utf8')) as string
  }

  /** Steps over one value and tells where it stood. */
  skip(): Span {
    const first = this.peek()
    const start = this.at
    if (first === quote) this.string()
    else if (first === openBrace || first === openBracket) this.skipNested()
    else while (this.at < this.bytes.length && !this.#endsScalar(this.bytes[this.at])) this.at += 1
    return { start, end: this.at }
  }

  skipNested(): void {
    let depth = 0
    while (this.at < this.bytes.length) {
      const byte = this.bytes[this.at]
      if (byte === quote) {
        this.string()
        continue
      }
      if (byte === openBrace || byte === openBracket) depth += 1
      if (byte === closeBrace || byte === closeBracket) depth -= 1
      this.at += 1
      if (depth === 0) return
    }
  }

  /** Calls `visit` at each member's value; it must consume that value. */
  object(visit: (key: string) => void): void {
    if (!this.take(openBrace)) return void this.skip()
    while (this.peek() !== closeBrace && this.at < this.bytes.length) {
      const key = this.string()
      this.take(colon)
      visit(key)
      this.take(comma)
    }
    this.at += 1
  }

  array(visit: () => void): void {
    if (!this.take(openBracket)) return void this.skip()
    while (this.peek() !== closeBracket && this.at < this.bytes.length) {
      visit()
      this.take(comma)
    }
    this.at += 1
  }

  #endsScalar(byte: number | undefined): boolean {
    return byte === comma || byte === closeBrace || byte === closeBracket || isSpace(byte)
  }
}

/** Per entry, the spans of its changes, in the order of the body. `body` must be valid JSON. */
export function changeSpans(body: Uint8Array): Span[][] {
  const scanner = new Scanner(body)
  const entries: Span[][] = []
  scanner.object((key) => {
    if (key !== 'entry') return void scanner.skip()
    // A key given twice counts with its last value, as it does for JSON.parse.
    entries.length = 0
    scanner.array(() => {
      let spans: Span[] = []
      scanner.object((entryKey) => {
        if (entryKey !== 'changes') return void scanner.skip()
        spans = []
        scanner.array(() => spans.push(scanner.skip()))
      })
      entries.push(spans)
    })
  })
  return entries
}
