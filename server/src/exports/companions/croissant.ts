/**
 * `croissant.json`: what the set is, for programs (MLCommons Croissant 1.0). The records are those of `CREDITS.csv`, which lies
 * beside every format; files that hold pictures are named with their digests.
 */

import type { WrittenFile } from '../engine/set-sink.ts'
import type { ExportSet } from '../exporter.ts'
import { creditColumns } from './credits.ts'

/** The terms of the standard, as its own examples give them. */
const context = {
  '@language': 'en',
  '@vocab': 'https://schema.org/',
  citeAs: 'cr:citeAs',
  column: 'cr:column',
  conformsTo: 'dct:conformsTo',
  cr: 'http://mlcommons.org/croissant/',
  data: { '@id': 'cr:data', '@type': '@json' },
  dataType: { '@id': 'cr:dataType', '@type': '@vocab' },
  dct: 'http://purl.org/dc/terms/',
  examples: { '@id': 'cr:examples', '@type': '@json' },
  extract: 'cr:extract',
  field: 'cr:field',
  fileObject: 'cr:fileObject',
  fileProperty: 'cr:fileProperty',
  fileSet: 'cr:fileSet',
  format: 'cr:format',
  includes: 'cr:includes',
  isLiveDataset: 'cr:isLiveDataset',
  jsonPath: 'cr:jsonPath',
  key: 'cr:key',
  md5: 'cr:md5',
  parentField: 'cr:parentField',
  path: 'cr:path',
  rai: 'http://mlcommons.org/croissant/RAI/',
  recordSet: 'cr:recordSet',
  references: 'cr:references',
  regex: 'cr:regex',
  repeated: 'cr:repeated',
  replace: 'cr:replace',
  sc: 'https://schema.org/',
  separator: 'cr:separator',
  source: 'cr:source',
  subField: 'cr:subField',
  transform: 'cr:transform',
} as const

const types: Readonly<Record<string, string>> = {
  csv: 'text/csv',
  json: 'application/json',
  jsonl: 'application/jsonlines',
  txt: 'text/plain',
  xml: 'application/xml',
  yaml: 'application/yaml',
  parquet: 'application/x-parquet',
  tar: 'application/x-tar',
  tgz: 'application/gzip',
  gz: 'application/gzip',
  npz: 'application/zip',
  jpg: 'image/jpeg',
  png: 'image/png',
  webp: 'image/webp',
}
const typeOf = (path: string) => types[path.split('.').at(-1) ?? ''] ?? 'application/octet-stream'

const numbers: ReadonlySet<string> = new Set(['width', 'height'])

/** @param files - the larger ones: every file that is not one picture */
export function croissant(set: ExportSet, files: readonly WrittenFile[], hasPictures: boolean): string {
  const { header, version } = set
  const { rai, description } = wordsOf(set)
  const pictureType = `image/${set.render.format}`
  const extension = set.render.format === 'jpeg' ? 'jpg' : set.render.format
  const fields = creditColumns.map(column => ({
    '@type': 'cr:Field',
    '@id': `pictures/${column}`,
    name: column,
    dataType: numbers.has(column) ? 'sc:Integer' : 'sc:Text',
    source: { fileObject: { '@id': 'CREDITS.csv' }, extract: { column } },
  }))
  const fileSet = {
    '@type': 'cr:FileSet',
    '@id': 'picture-files',
    encodingFormat: pictureType,
    includes: `**/*.${extension}`,
  }
  const document = {
    '@context': context,
    '@type': 'sc:Dataset',
    name: header.dataset,
    description,
    conformsTo: 'http://mlcommons.org/croissant/1.0',
    ...rai,
    creator: { '@type': 'sc:Person', name: 'to be named by a person' },
    datePublished: new Date(version.createdAtMs).toISOString(),
    isLiveDataset: false,
    license: 'https://choosealicense.com/no-permission/',
    url: `urn:sha256:${version.digest}`,
    version: '1.0.0',
    distribution: [
      ...files.map(({ path, sizeBytes, digest }) => ({
        ...{ '@type': 'cr:FileObject', '@id': path, name: path, contentUrl: path },
        ...{ contentSize: `${sizeBytes} B`, encodingFormat: typeOf(path), sha256: digest },
      })),
      ...(hasPictures ? [fileSet] : []),
    ],
    recordSet: [{ '@type': 'cr:RecordSet', '@id': 'pictures', name: 'pictures', field: fields }],
  }
  return `${JSON.stringify(document, null, 2)}\n`
}

function wordsOf({ header, version, count }: ExportSet) {
  const description =
    version.description === ''
      ? `${count} pictures found by image search, in ${header.classes.length} classes.`
      : version.description
  const rai = {
    'rai:dataCollection': 'Pictures were found by image search and collected by a person. See DATASHEET.md.',
    'rai:dataCollectionType': 'Web Scraping',
  }
  return { description, rai }
}
