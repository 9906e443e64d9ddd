import ts from 'typescript'

export interface NamedTest {
  path: string
  name: string
}

/** What may follow `test`: `test.each(rows)(name, …)` is a test, `test.skip(name, …)` proves nothing. */
const running = new Set(['each', 'concurrent', 'serial', 'if', 'only'])

/** The names of the tests in a file, as written; of a template, what stands before its first hole. */
export function testsIn(path: string, text: string): NamedTest[] {
  const source = ts.createSourceFile(path, text, ts.ScriptTarget.Latest)
  const tests: NamedTest[] = []
  const visit = (node: ts.Node, inDescribe: string): void => {
    let within = inDescribe
    if (ts.isCallExpression(node)) {
      const kind = kindOf(node.expression)
      const name = kind && textOf(node.arguments[0])
      if (kind === 'skipped') return
      if (name !== undefined && kind === 'test') tests.push({ path, name: inDescribe + name })
      if (name !== undefined && kind === 'describe') within = `${inDescribe}${name} > `
    }
    ts.forEachChild(node, (child) => visit(child, within))
  }
  visit(source, '')
  return tests
}

function kindOf(callee: ts.Expression): 'test' | 'describe' | 'skipped' | undefined {
  if (ts.isIdentifier(callee)) {
    if (callee.text === 'test' || callee.text === 'it') return 'test'
    return callee.text === 'describe' ? 'describe' : undefined
  }
  if (ts.isPropertyAccessExpression(callee)) {
    const kind = kindOf(callee.expression)
    return kind && (running.has(callee.name.text) ? kind : 'skipped')
  }
  return ts.isCallExpression(callee) ? kindOf(callee.expression) : undefined
}

function textOf(argument: ts.Expression | undefined): string | undefined {
  if (!argument) return undefined
  if (ts.isStringLiteralLike(argument)) return argument.text
  return ts.isTemplateExpression(argument) ? argument.head.text : undefined
}

const ids = /^([A-Z]{1,2}\d+(?:(?:, ?|\/| )[A-Z]{1,2}\d+)*):/

/** The ids a name carries: `W2, W3: …`, of the test itself or of what it is described in. */
export function idsOf(name: string): string[] {
  return name.split(' > ').flatMap((part) => ids.exec(part)?.[1]?.split(/[,/ ]+/) ?? [])
}
