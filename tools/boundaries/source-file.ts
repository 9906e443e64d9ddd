import ts from 'typescript'

export interface Import {
  from: string
  /** Erased before anything runs. */
  typeOnly: boolean
  line: number
}

export interface SourceFile {
  /** From the repository's root, with `/`. */
  path: string
  text: string
  imports: Import[]
}

/** Reads what a file imports: statements, re-exports, `import()`, `import('…').Type` and `require()`. */
export function readSource(path: string, text: string): SourceFile {
  const script = path.endsWith('.svelte') ? scriptsOf(text) : text
  const source = ts.createSourceFile(path, script, ts.ScriptTarget.Latest)
  const imports: Import[] = []
  const add = (node: ts.Node, module: ts.Node | undefined, typeOnly: boolean) => {
    if (!module || !ts.isStringLiteralLike(module)) return
    imports.push({
      from: module.text,
      typeOnly,
      line: source.getLineAndCharacterOfPosition(node.pos).line + 1,
    })
  }
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node)) {
      add(node, node.moduleSpecifier, node.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword)
    } else if (ts.isExportDeclaration(node)) {
      add(node, node.moduleSpecifier, node.isTypeOnly)
    } else if (ts.isImportTypeNode(node)) {
      add(node, ts.isLiteralTypeNode(node.argument) ? node.argument.literal : undefined, true)
    } else if (ts.isCallExpression(node)) {
      const isImport = node.expression.kind === ts.SyntaxKind.ImportKeyword
      if (isImport || (ts.isIdentifier(node.expression) && node.expression.text === 'require')) {
        add(node, node.arguments[0], false)
      }
    }
    ts.forEachChild(node, visit)
  }
  visit(source)
  return { path, text: withoutComments(script), imports }
}

/** The script blocks of a component, with the lines outside them left blank. */
function scriptsOf(text: string): string {
  let inside = false
  return text
    .split('\n')
    .map((line) => {
      if (/<script\b[^>]*>/.test(line)) {
        inside = !line.includes('</script>')
        return ''
      }
      if (line.includes('</script>')) inside = false
      return inside ? line : ''
    })
    .join('\n')
}

/** Comments may speak of what code may not do. Lines keep their numbers. */
function withoutComments(text: string): string {
  return text
    .replace(/\/\*[\s\S]*?\*\//g, (comment) => comment.replace(/[^\n]/g, ' '))
    .replace(/(^|\s)\/\/[^\n]*/g, '$1')
}
