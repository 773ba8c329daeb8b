/** The page docs/api.md, from the routes' own schemas. `npm run docs` writes it. */
import * as api from '@gleaner/shared/api'
import * as candidate from '@gleaner/shared/candidate'
import * as dataset from '@gleaner/shared/dataset'
import * as duplicates from '@gleaner/shared/duplicates'
import * as image from '@gleaner/shared/image'
import * as outcome from '@gleaner/shared/outcome'
import { buildApp } from '../src/http/app.ts'
import type { Services } from '../src/http/services.ts'

type Schema = Readonly<Record<string, unknown>>

interface Operation {
  readonly summary?: string
  readonly security?: readonly Schema[]
  readonly parameters?: readonly { in: string; name: string; required: boolean; schema: Schema }[]
  readonly requestBody?: { readonly content: Content }
  readonly responses: Readonly<Record<string, { readonly content?: Content }>>
}
type Content = Readonly<Record<string, { readonly schema: Schema }>>

/** As far as an OpenAPI document is read here. */
export interface ApiDescription {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
}

const isObject = (value: unknown): value is Schema =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** The same form for schemas as they are written and as the OpenAPI plugin rewrites them. */
function canonical(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(canonical)
  if (!isObject(value)) return value
  const { patternProperties, const: only, description: _text, ...rest } = value
  const [values] = isObject(patternProperties) ? Object.values(patternProperties) : []
  const entries = Object.entries({
    ...rest,
    ...(values === undefined ? {} : { additionalProperties: values }),
    ...(only === undefined ? {} : { enum: [only] }),
  })
  return Object.fromEntries(
    entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, each]) => [key, canonical(each)]),
  )
}
const keyOf = (schema: unknown) => JSON.stringify(canonical(schema))

const exported = Object.entries({ ...outcome, ...candidate, ...image, ...dataset, ...duplicates, ...api })
const isSchema = ([, value]: [string, unknown]) =>
  isObject(value) && ['type', 'anyOf', 'enum'].some(key => key in value)
/** Names by schema; two types of the same form (labels and names, say) cannot be told apart and stay unnamed. */
const names = new Map(
  [...Map.groupBy(exported.filter(isSchema), ([, schema]) => keyOf(schema))].flatMap(
    ([key, [first, ...more]]) =>
      first && more.length === 0 ? [[key, first[0].replace(/Schema$/, '')] as const] : [],
  ),
)

/** Turns schemas into short TypeScript notation, naming the types of `shared/` and remembering which were named. */
function createNotation() {
  const used = new Map<string, Schema>()

  const write = (schema: Schema, indent: string, isTop = false): string => {
    const name = names.get(keyOf(schema))
    if (name !== undefined && !isTop) {
      used.set(name, schema)
      return name
    }
    const { type, anyOf, items } = schema
    if (Array.isArray(anyOf)) return anyOf.map(each => write(each, indent)).join(' | ')
    if (Array.isArray(schema.enum)) return schema.enum.map(each => JSON.stringify(each)).join(' | ')
    if (type === 'array')
      return `${isObject(items) ? wrapped(write(items, indent)) : 'unknown'}[]${boundsOf(schema)}`
    if (type === 'object') return writeObject(schema, indent)
    if (type === 'integer') return `integer${boundsOf(schema)}`
    return `${String(type)}${boundsOf(schema)}`
  }
  const wrapped = (text: string) => (/ \| |\/\*/.test(text) && !text.startsWith('{') ? `(${text})` : text)

  const writeObject = (schema: Schema, indent: string): string => {
    const { properties, required, additionalProperties, patternProperties } = schema
    const [anyName = additionalProperties] = isObject(patternProperties)
      ? Object.values(patternProperties)
      : []
    if (isObject(anyName)) return `{ [name: string]: ${write(anyName, indent)} }`
    const entries = Object.entries(isObject(properties) ? properties : {})
    if (entries.length === 0) return additionalProperties === true ? 'object' : '{}'
    const isRequired = (name: string) => Array.isArray(required) && required.includes(name)
    const lines = entries.map(
      ([name, each]) =>
        `${indent}  ${name}${isRequired(name) ? '' : '?'}: ${write(each as Schema, `${indent}  `)}`,
    )
    return `{\n${lines.join('\n')}\n${indent}}`
  }
  return { write, used }
}

/** Limits of a value as a remark. */
function boundsOf(schema: Schema): string {
  const remarks = ['minimum', 'maximum', 'minLength', 'maxLength', 'minItems', 'maxItems', 'pattern']
    .filter(name => schema[name] !== undefined)
    .map(name => `${name} ${String(schema[name])}`)
  return remarks.length > 0 ? ` /* ${remarks.join(', ').replaceAll('*/', '*\\/')} */` : ''
}

const callers: readonly (readonly [
  title: string,
  text: string,
  isTheirs: (names: readonly string[]) => boolean,
])[] = [
  ['Without a credential', 'Greeting, pairing and signing in.', schemes => schemes.length === 0],
  [
    'Extensions',
    'With `Authorization: Bearer TOKEN`, from the origin the token was given to. The owner’s token works too.',
    schemes => schemes.join() === 'bearer',
  ],
  [
    'The owner',
    'The dashboard sends its session cookie, `Sec-Fetch-Site: same-origin` (browsers do that by themselves) and ' +
      '`x-gleaner-csrf`; files of pictures need no `x-gleaner-csrf`. The command line sends the token in `.gleaner/cli-token` as bearer token.',
    schemes => schemes.includes('session'),
  ],
]

/** The page, from the description at `GET /api/openapi.json`. */
export function describeApi(description: unknown): string {
  const { paths } = description as ApiDescription
  const notation = createNotation()
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method: method.toUpperCase(), operation })),
  )
  const sections = callers.flatMap(([title, text, isTheirs]) => [
    `## ${title}\n\n${text}`,
    ...operations
      .filter(({ operation }) => isTheirs((operation.security ?? []).flatMap(Object.keys)))
      .map(({ path, method, operation }) => describeOperation(method, path, operation, notation.write)),
  ])
  return `${[head, ...sections, describeTypes(notation)].join('\n\n')}\n`
}

const head = `# API

Derived from the routes; \`npm run docs\` writes this page, a test holds it equal to them.

The server listens on 127.0.0.1 only. A request must name it in its \`Host\` line; anything else is answered 421 without
a body. Bodies are \`application/json\` of at most 1 MiB unless said otherwise; properties that are not listed are refused.
Every refusal has a \`Problem\` as its body, with a code of [errors.md](errors.md). Types are written as in TypeScript.`

type Write = (schema: Schema, indent: string) => string

function describeOperation(method: string, path: string, operation: Operation, write: Write): string {
  const parametersIn = (place: string) => {
    const all = (operation.parameters ?? []).filter(parameter => parameter.in === place)
    const words = all.map(
      ({ name, required, schema }) => `${name}${required ? '' : '?'}: ${write(schema, '')}`,
    )
    return words.length > 0 ? `{ ${words.join('; ')} }` : undefined
  }
  const query = parametersIn('query')
  const headers = parametersIn('header')
  const [[media, content] = []] = Object.entries(operation.requestBody?.content ?? {})
  const isFile = media === 'application/octet-stream'
  const body = content?.schema
  const isNothing = isFile || body === undefined || keyOf(body) === nothing
  const answers = Object.entries(operation.responses).filter(([status]) => status.startsWith('2'))
  const lines = [
    ...(query ? [`query   ${query}`] : []),
    ...(headers ? [`headers ${headers}`] : []),
    ...(isFile ? [`body    // ${media}: the file`] : []),
    ...(isNothing ? [] : [`body    ${write(body, '')}`]),
    ...answers.map(([status, answer]) => `${status}     ${describeAnswer(answer.content, write)}`),
  ]
  return `### ${method} ${path}\n\n${operation.summary ?? ''}\n\n\`\`\`ts\n${lines.join('\n')}\n\`\`\``
}

const nothing = keyOf({
  anyOf: [{ type: 'object', properties: {}, additionalProperties: false }, { type: 'null' }],
})

function describeAnswer(content: Content | undefined, write: Write): string {
  const [entry] = Object.entries(content ?? {})
  if (!entry || entry[1].schema.type === 'null') return '// no body'
  const [mediaType, { schema }] = entry
  if (schema.format === 'binary') return `// ${mediaType}`
  return mediaType === 'application/json' ? write(schema, '') : `${write(schema, '')} // ${mediaType}`
}

/** Every type that was named, and those they name in turn. */
function describeTypes({ write, used }: ReturnType<typeof createNotation>): string {
  used.set('Problem', api.Problem as unknown as Schema)
  const done = new Map<string, string>()
  for (let isGrowing = true; isGrowing; ) {
    const fresh = [...used].filter(([name]) => !done.has(name))
    for (const [name, schema] of fresh) done.set(name, `type ${name} = ${write(schema, '', true)}`)
    isGrowing = fresh.length > 0
  }
  const types = [...done].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, text]) => text)
  return `## Types\n\n\`\`\`ts\n${types.join('\n\n')}\n\`\`\``
}

/** The page as it should be: asks an app without any working part for its description. */
export async function apiPage(): Promise<string> {
  const services = {
    access: {},
    ingest: { onChange: () => () => {}, onAct: () => () => {} },
    exports: { onChange: () => () => {} },
    imports: { onChange: () => () => {} },
    config: { dashboardFolder: '/', version: '' },
  }
  const app = buildApp(services as unknown as Services)
  await app.ready()
  const page = describeApi(app.swagger())
  await app.close()
  return page
}
