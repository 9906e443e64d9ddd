/** One thing that is wrong with a Flow JSON, as Meta tells it. Source: Meta, "Flows API: validation_errors". */
export interface FlowProblem {
  error: string
  error_type: 'FLOW_JSON_ERROR' | 'JSON_SCHEMA_ERROR'
  message: string
  line_start: number
  line_end: number
  column_start: number
  column_end: number
  path: string
}

type Json = Record<string, unknown>

export interface FlowScreen extends Json {
  id: string
}

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** The screens of a Flow JSON; none when it is no JSON. */
export function screensOf(json: string): FlowScreen[] {
  const { screens } = rootOf(json) ?? {}
  return Array.isArray(screens) ? screens.filter((screen) => typeof screen?.id === 'string') : []
}

/** A member of the root: `version`, `data_api_version`. */
export function rootWord(json: string, name: string): string | undefined {
  const value = rootOf(json)?.[name]
  return typeof value === 'string' ? value : undefined
}

function rootOf(json: string): Json | undefined {
  try {
    const root: unknown = JSON.parse(json)
    return isObject(root) ? root : undefined
  } catch {
    return undefined
  }
}

/**
 * What Meta would complain of before it lets a Flow be published: no JSON, no version, no screens, a screen without a good
 * id or a layout, two screens of one id, no screen that ends it. Components are not checked one by one. Source: Meta, "Flow JSON".
 */
export function problemsIn(json: string): FlowProblem[] {
  const root = rootOf(json)
  if (!root) return [problem(json, 'INVALID_FLOW_JSON', 'The Flow JSON is not a JSON object.', '$root')]
  const found: FlowProblem[] = []
  const note = (error: string, message: string, path: string, near = '') =>
    found.push(problem(json, error, message, path, near))
  const { version, screens } = root
  if (typeof version !== 'string' || !/^\d+\.\d+$/.test(version))
    note('INVALID_FLOW_JSON_VERSION', 'The Flow JSON version is missing or not known.', 'version', 'version')
  if (!Array.isArray(screens) || screens.length === 0) {
    note('MISSING_REQUIRED_PROPERTY', "The required property 'screens' is missing at '$root'.", '$root')
    return found
  }
  const ids = new Set<string>()
  for (const [index, screen] of screens.entries()) {
    const path = `screens[${index}]`
    const id = isObject(screen) ? screen.id : undefined
    if (typeof id !== 'string' || !/^[A-Za-z_]+$/.test(id) || id === 'SUCCESS') {
      note(
        'INVALID_PROPERTY_VALUE',
        `A screen's id has letters and _ only, at '$root/screens/${index}'.`,
        path,
      )
      continue
    }
    if (ids.has(id)) note('DUPLICATE_SCREEN_IDS', `Two screens are called '${id}'.`, path, `"${id}"`)
    ids.add(id)
    if (!hasLayout(screen))
      note(
        'MISSING_REQUIRED_PROPERTY',
        `The required property 'layout' with its children is missing at '$root/screens/${index}'.`,
        path,
        `"${id}"`,
      )
  }
  if (!screens.some((screen) => isObject(screen) && screen.terminal === true))
    note('MISSING_TERMINAL_SCREEN', 'No screen is marked as terminal.', 'screens', '"screens"')
  return found
}

const hasLayout = (screen: unknown): boolean =>
  isObject(screen) && isObject(screen.layout) && Array.isArray(screen.layout.children)

/** Where in the text `near` stands first; its beginning when it is nowhere. */
function problem(json: string, error: string, message: string, path: string, near = ''): FlowProblem {
  const at = near === '' ? 0 : Math.max(0, json.indexOf(near))
  const lines = json.slice(0, at).split('\n')
  const column = (lines.at(-1)?.length ?? 0) + 1
  return {
    error,
    error_type: 'FLOW_JSON_ERROR',
    message,
    line_start: lines.length,
    line_end: lines.length,
    column_start: column,
    column_end: column + near.length,
    path,
  }
}
