export interface Requirement {
  id: string
  must: string
  done: boolean
}

const row = /^\| *([A-Z]{1,2}\d+) *\| *(.+?) *\| *(\w*) *\|$/

/** The rows of docs/requirements.md that have a `done` column. Throws on a mark it does not know. */
export function readRequirements(markdown: string): Requirement[] {
  const requirements: Requirement[] = []
  let isList = false
  for (const line of markdown.split('\n')) {
    if (!line.startsWith('|')) isList = false
    else if (/^\| *id *\| *must *\| *done *\|$/.test(line)) isList = true
    else if (isList && !/^\| *-/.test(line)) requirements.push(requirementOf(line))
  }
  if (requirements.length === 0)
    throw new Error('the acceptance list has no rows: has its table changed shape?')
  return requirements
}

function requirementOf(line: string): Requirement {
  const [, id, must, mark] = row.exec(line) ?? []
  if (!id || !must || (mark && mark !== 'yes'))
    throw new Error(`not a row of the list (done is "yes" or empty): ${line}`)
  return { id, must, done: mark === 'yes' }
}
