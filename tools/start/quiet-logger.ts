import type { Logger } from '@palomar/runtime'

/** Preparing has one line per failure, which is thrown; what libraries log on the way would only blur it. */
export const quiet: Logger = { debug() {}, info() {}, warn() {}, error() {}, child: () => quiet }
