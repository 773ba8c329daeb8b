/** Sets that name files outside of their folder, by their path or by a link. */
import { symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { everyOf } from '../../../test/support/every-of.ts'
import { laidOut } from '../../../test/support/laid-out.ts'
import { readCoco } from './coco.ts'
import { readGroundTruth } from './ground-truth.ts'
import { readHuggingFaceFolder } from './hf-folder.ts'
import type { FormatReader } from './proved.ts'
import { readVertex } from './vertex.ts'
import { readVoc } from './voc.ts'
import { readYolo } from './yolo.ts'

type Files = Readonly<Record<string, string>>

describe('no reader leaves its folder', () => {
  const line = (file: string) => JSON.stringify({ file_name: file, label: 'x' })
  test.each<[string, FormatReader, (path: string) => Files]>([
    [
      'COCO',
      readCoco,
      path => ({ 'set.json': JSON.stringify({ images: [{ id: 1, file_name: path }], categories: [] }) }),
    ],
    [
      'YOLO',
      readYolo,
      path => ({ 'data.yaml': `train: ${path}\nval: list.txt\nnames: [cat]\n`, 'list.txt': `${path}\n` }),
    ],
    ['VOC', readVoc, path => ({ 'a.xml': `<annotation><filename>${path}</filename></annotation>` })],
    ['Hugging Face', readHuggingFaceFolder, path => ({ 'metadata.jsonl': line(path) })],
    [
      'Ground Truth',
      readGroundTruth,
      path => ({ 'a.manifest': JSON.stringify({ 'source-ref': `s3://b/${path}` }) }),
    ],
    ['Vertex', readVertex, path => ({ 'a.jsonl': JSON.stringify({ imageGcsUri: `gs://b/${path}` }) })],
  ])('%s', async (_, read, files) => {
    const secret = laidOut({ 'secret.jpg': 'x' })
    const up = `..${secret.slice(secret.lastIndexOf('/'))}/secret.jpg`
    for (const path of [
      up,
      `../${up}`,
      `${secret}/secret.jpg`,
      `file://${secret}/secret.jpg`,
      'link.jpg',
      'way/secret.jpg',
    ]) {
      const folder = laidOut(files(path))
      symlinkSync(join(secret, 'secret.jpg'), join(folder, 'link.jpg'))
      symlinkSync(secret, join(folder, 'way'))
      expect(await everyOf(read(folder, { problem: () => undefined }))).toEqual([])
    }
  })
})
