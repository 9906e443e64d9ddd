export { decide, type Rate, type Taken } from './gcra.ts'
export { createLimiter, type Limiter, type LimiterOptions } from './limiter.ts'
