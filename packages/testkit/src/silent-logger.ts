import type { Logger } from '@palomar/runtime'

/** For code that wants a logger when the test does not look at the log. */
export const silentLogger: Logger = {
  debug() {},
  info() {},
  warn() {},
  error() {},
  child: () => silentLogger,
}
