import type { Json } from './page.ts'

/** What a Flow's screen shows, as far as the phone draws it. */
export type FlowPart =
  | { kind: 'heading' | 'text'; text: string }
  | { kind: 'input'; name: string; label: string; input: string; isRequired: boolean }
  | { kind: 'choice'; name: string; label: string; options: { id: string; title: string }[]; isMany: boolean }
  | { kind: 'footer'; label: string; action: Json }

const objectOf = (value: unknown): Json =>
  typeof value === 'object' && value !== null ? (value as Json) : {}
const listOf = (value: unknown): Json[] => (Array.isArray(value) ? value.map(objectOf) : [])
const inputs: Readonly<Record<string, string>> = {
  number: 'number',
  email: 'email',
  password: 'password',
  passcode: 'password',
  phone: 'tel',
}
const choices = ['Dropdown', 'RadioButtonsGroup', 'CheckboxGroup', 'ChipsSelector']

/** The parts of a screen in their order, forms opened; what the phone cannot draw is left out. Source: Meta, "Flow JSON components". */
export function partsOf(screen: Json, known: Json): FlowPart[] {
  const words = (value: unknown) => filled(value, known)
  const part = (component: Json): FlowPart[] => {
    const type = String(component.type)
    const name = String(component.name ?? '')
    const label = words(component.label)
    const isRequired = component.required === true
    if (type === 'Form') return listOf(component.children).flatMap(part)
    if (type === 'TextHeading' || type === 'TextSubheading')
      return [{ kind: 'heading', text: words(component.text) }]
    if (type === 'TextBody' || type === 'TextCaption') return [{ kind: 'text', text: words(component.text) }]
    if (type === 'TextInput' || type === 'TextArea')
      return [
        { kind: 'input', name, label, input: inputs[String(component['input-type'])] ?? 'text', isRequired },
      ]
    if (type === 'DatePicker') return [{ kind: 'input', name, label, input: 'date', isRequired }]
    if (type === 'OptIn') return [{ kind: 'input', name, label, input: 'checkbox', isRequired }]
    if (type === 'Footer') return [{ kind: 'footer', label, action: objectOf(component['on-click-action']) }]
    if (!choices.includes(type)) return []
    const options = listOf(resolved(component['data-source'], known)).map(({ id, title }) => ({
      id: String(id),
      title: String(title),
    }))
    const isMany = type === 'CheckboxGroup' || type === 'ChipsSelector'
    return [{ kind: 'choice', name, label, options, isMany }]
  }
  return listOf(objectOf(screen.layout).children).flatMap(part)
}

/** What an action hands on: `${form.name}`, `${data.day}` and `${screen.FIRST.form.name}` filled. */
export function payloadOf(action: Json, known: Json): Json {
  const payload = objectOf(action.payload)
  return Object.fromEntries(Object.entries(payload).map(([key, value]) => [key, resolved(value, known)]))
}

function resolved(value: unknown, known: Json): unknown {
  const path = typeof value === 'string' ? /^\$\{([\w.]+)\}$/.exec(value)?.[1] : undefined
  return path === undefined ? value : at(known, path)
}

function filled(value: unknown, known: Json): string {
  const text = typeof value === 'string' ? value : ''
  return text.replace(/\$\{([\w.]+)\}/g, (_, path: string) => String(at(known, path) ?? ''))
}

const at = (known: Json, path: string): unknown =>
  path.split('.').reduce<unknown>((place, step) => objectOf(place)[step], known)
