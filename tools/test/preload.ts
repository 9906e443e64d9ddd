import { setDefaultTimeout } from 'bun:test'

/**
 * Loaded before every test file (bunfig.toml). A test's deadline only tells a hung test from a slow machine, so it is
 * generous; bun's own five seconds turn a busy machine into failures.
 */
setDefaultTimeout(Number(process.env.TEST_TIMEOUT_MS ?? 60_000))
