import { currentContext } from './context.ts'
import { redact, redactText } from './redact.ts'

export const logLevels = ['debug', 'info', 'warn', 'error'] as const
export type LogLevel = (typeof logLevels)[number]
export type LogFields = Record<string, unknown>

/**
 * One JSON line per call: time, level, service, msg, then request_id, trace_id, tenant_id and actor_id of the work in
 * hand, then the fields. Everything is redacted; still, never hand it message text.
 */
export interface Logger {
  debug(msg: string, fields?: LogFields): void
  info(msg: string, fields?: LogFields): void
  warn(msg: string, fields?: LogFields): void
  error(msg: string, fields?: LogFields): void
  /** A logger that adds `fields` to each line. */
  child(fields: LogFields): Logger
}

export interface LoggerOptions {
  service: string
  level?: LogLevel
  /** Takes one line with its newline; standard output when absent. */
  write?: (line: string) => void
}

export function createLogger({ service, level = 'info', write }: LoggerOptions): Logger {
  const threshold = logLevels.indexOf(level)
  const out = write ?? ((line: string) => void process.stdout.write(line))

  function make(base: LogFields): Logger {
    const at = (lineLevel: LogLevel) => {
      if (logLevels.indexOf(lineLevel) < threshold) return () => {}
      return (msg: string, fields?: LogFields) => out(lineOf(lineLevel, service, msg, base, fields))
    }
    return {
      debug: at('debug'),
      info: at('info'),
      warn: at('warn'),
      error: at('error'),
      child: (fields) => make({ ...base, ...fields }),
    }
  }
  return make({})
}

function lineOf(level: LogLevel, service: string, msg: string, base: LogFields, fields?: LogFields): string {
  const context = currentContext()
  const line: Record<string, unknown> = {
    time: new Date().toISOString(),
    level,
    service,
    msg: redactText(msg),
  }
  if (context) {
    line.request_id = redactText(context.requestId)
    // 00-<trace id>-<span id>-<flags>
    if (context.traceparent) line.trace_id = context.traceparent.slice(3, 35)
    if (context.tenantId) line.tenant_id = context.tenantId
    if (context.actorId) line.actor_id = context.actorId
  }
  Object.assign(line, redact(base) as object, fields ? (redact(fields) as object) : undefined)
  return `${JSON.stringify(line)}\n`
}
