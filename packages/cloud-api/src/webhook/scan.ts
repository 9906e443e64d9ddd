/**
 * A JSON reader that finds where values begin and end without making them, so that each change of a webhook can be
 * kept as the very bytes that Meta sent, and one that is broken does not take its neighbours along. One pass over the
 * bytes: in UTF-8 no byte of a longer character looks like a quote, a brace or a comma. Depth costs no stack.
 */
export interface Range {
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

/** The bytes are not JSON from here on. */
export class ScanError extends Error {}

const utf8 = new TextDecoder()

/** Of an envelope: they are told by their bytes, without a text for each. */
const plainKeys = ['object', 'entry', 'id', 'time', 'changes'].map(
  (key) => [key, new TextEncoder().encode(key)] as const,
)

export class Scanner {
  /** How deep the last value went that {@link skipValue} passed. */
  depth = 0

  constructor(
    readonly bytes: Uint8Array,
    public at = 0,
  ) {}

  get isObject(): boolean {
    return this.bytes[this.at] === openBrace
  }

  get isArray(): boolean {
    return this.bytes[this.at] === openBracket
  }

  skipSpace(): void {
    let i = this.at
    for (let b = this.bytes[i]; b === 0x20 || b === 0x0a || b === 0x0d || b === 0x09; b = this.bytes[++i]);
    this.at = i
  }

  /** Passes the value at hand: brackets balance, strings close. */
  skipValue(): Range {
    const start = this.at
    this.depth = 0
    const first = this.bytes[start]
    if (first === quote) this.skipString()
    else if (first === openBrace || first === openBracket) this.skipNested()
    else this.skipWord()
    return { start, end: this.at }
  }

  /** Calls `member` at each value of the object at hand; it must pass the value. */
  eachMember(member: (key: string) => void): void {
    this.eachBetween(closeBrace, () => {
      const start = this.at
      if (this.bytes[start] !== quote) throw new ScanError(`no key at byte ${start}`)
      this.skipString()
      const key = this.keyBetween(start + 1, this.at - 1)
      this.skipSpace()
      if (this.bytes[this.at] !== colon) throw new ScanError(`no colon at byte ${this.at}`)
      this.at++
      this.skipSpace()
      member(key)
    })
  }

  /** Calls `item` at each value of the array at hand; it must pass the value. */
  eachItem(item: () => void): void {
    this.eachBetween(closeBracket, item)
  }

  private eachBetween(closer: number, each: () => void): void {
    this.at++
    this.skipSpace()
    if (this.bytes[this.at] === closer) {
      this.at++
      return
    }
    for (;;) {
      each()
      this.skipSpace()
      const b = this.bytes[this.at]
      if (b !== closer && b !== comma) throw new ScanError(`neither comma nor end at byte ${this.at}`)
      this.at++
      if (b === closer) return
      this.skipSpace()
    }
  }

  private skipNested(): void {
    const { bytes } = this
    const closers: number[] = []
    do {
      const b = bytes[this.at]
      if (b === undefined) throw new ScanError('ends inside a value')
      if (b === quote) {
        this.skipString()
        continue
      }
      if (b === openBrace || b === openBracket) {
        closers.push(b + 2)
        if (closers.length > this.depth) this.depth = closers.length
      } else if ((b === closeBrace || b === closeBracket) && closers.pop() !== b) {
        throw new ScanError(`does not balance at byte ${this.at}`)
      }
      this.at++
    } while (closers.length > 0)
  }

  private skipString(): void {
    const { bytes } = this
    let i = this.at + 1
    for (;;) {
      const b = bytes[i]
      if (b === quote) break
      if (b === undefined) throw new ScanError('ends inside a string')
      i += b === backslash ? 2 : 1
    }
    this.at = i + 1
  }

  /** A number or a literal. */
  private skipWord(): void {
    const start = this.at
    let i = start
    for (let b = this.bytes[i]; b !== undefined && !endsWord(b); b = this.bytes[++i]);
    if (i === start) throw new ScanError(`no value at byte ${start}`)
    this.at = i
  }

  private keyBetween(start: number, end: number): string {
    for (const [key, bytes] of plainKeys) if (this.isAt(start, end, bytes)) return key
    return this.oddKeyBetween(start, end)
  }

  private isAt(start: number, end: number, key: Uint8Array): boolean {
    if (end - start !== key.length) return false
    for (let i = 0; i < key.length; i++) if (this.bytes[start + i] !== key[i]) return false
    return true
  }

  /** Any other key is read by the book. */
  private oddKeyBetween(start: number, end: number): string {
    const text = utf8.decode(this.bytes.subarray(start, end))
    try {
      return String(JSON.parse(`"${text}"`))
    } catch {
      return text
    }
  }
}

const endsWord = (b: number): boolean =>
  b <= 0x20 ||
  b === comma ||
  b === colon ||
  b === quote ||
  b === openBrace ||
  b === closeBrace ||
  b === openBracket ||
  b === closeBracket
