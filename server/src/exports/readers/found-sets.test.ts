/** Sets of other people, as their tools lay them out, with what is wrong in them. */
import { describe, expect, test } from 'vitest'
import { everyOf } from '../../../test/support/every-of.ts'
import { laidOut } from '../../../test/support/laid-out.ts'
import { readCoco } from './coco.ts'
import type { FormatProblem, FoundPicture } from './found.ts'
import { readHuggingFaceFolder } from './hf-folder.ts'
import type { FormatReader } from './proved.ts'
import { readVoc } from './voc.ts'
import { readYolo } from './yolo.ts'

type Files = Readonly<Record<string, string>>

async function found(read: FormatReader, files: Files) {
  const problems: FormatProblem[] = []
  const pictures = await everyOf(read(laidOut(files), { problem: problem => problems.push(problem) }))
  return {
    pictures,
    problems: problems.map(({ file, line, say }) => `${file}${line === null ? '' : `:${line}`} ${say}`),
  }
}

const placed = (pictures: readonly FoundPicture[]) =>
  pictures.map(({ file, split, labels, boxes }) =>
    [file, split, ...labels, ...boxes.map(({ label }) => label)].join(' '),
  )

const cocoFile = (names: readonly string[], more: object = {}) =>
  JSON.stringify({
    images: names.map((file_name, at) => ({ id: at, file_name, width: 10, height: 10 })),
    annotations: names.map((_, at) => ({
      id: at + 1,
      image_id: at,
      category_id: 7,
      bbox: [1, 2, 3, 4],
      area: 12,
      iscrowd: 0,
    })),
    categories: [{ id: 7, name: 'cat' }],
    ...more,
  })

describe('COCO', () => {
  test.each<[string, Files, string[]]>([
    [
      'its own layout, with captions of the same pictures beside',
      {
        'annotations/instances_train2017.json': cocoFile(['a.jpg']),
        'annotations/instances_val2017.json': cocoFile(['b.jpg']),
        'annotations/captions_train2017.json': cocoFile(['a.jpg']),
        'train2017/a.jpg': '',
        'val2017/b.jpg': '',
      },
      ['train2017/a.jpg train cat', 'val2017/b.jpg validation cat'],
    ],
    [
      'that of Roboflow',
      {
        'train/_annotations.coco.json': cocoFile(['a.jpg']),
        'train/a.jpg': '',
        'valid/_annotations.coco.json': cocoFile(['b.jpg']),
        'valid/b.jpg': '',
      },
      ['train/a.jpg train cat', 'valid/b.jpg validation cat'],
    ],
    ['that of FiftyOne', { 'labels.json': cocoFile(['a.jpg']), 'data/a.jpg': '' }, ['data/a.jpg null cat']],
    [
      'names with folders',
      { 'set.json': cocoFile(['images/x/a.jpg']), 'images/x/a.jpg': '' },
      ['images/x/a.jpg null cat'],
    ],
  ])('%s', async (_, files, expected) => {
    const { pictures, problems } = await found(readCoco, files)
    expect(problems).toEqual([])
    expect(placed(pictures).map(line => line.replace('  ', ' null '))).toEqual(expected)
  })

  test('annotations may come before pictures, and licenses and addresses are kept', async () => {
    const more = {
      licenses: [{ id: 3, name: 'CC BY 4.0', url: 'https://cc.example/by' }],
      images: [
        {
          id: 0,
          file_name: 'a.jpg',
          license: 3,
          flickr_url: 'https://pictures.example/a',
          width: 10,
          height: 20,
        },
      ],
    }
    const { annotations, categories, images, licenses } = JSON.parse(cocoFile(['a.jpg'], more))
    const { pictures } = await found(readCoco, {
      'set.json': JSON.stringify({ annotations, categories, images, licenses }),
      'a.jpg': '',
    })
    expect(pictures).toEqual([
      {
        ...{ file: 'a.jpg', labels: [], split: null, size: { width: 10, height: 20 } },
        boxes: [{ label: 'cat', x: 1, y: 2, width: 3, height: 4, unit: 'px' }],
        about: {
          sourceUrl: 'https://pictures.example/a',
          license: 'CC BY 4.0',
          licenseUrl: 'https://cc.example/by',
        },
      },
    ])
  })

  test('what is wrong is told of, and the rest read', async () => {
    const annotations = [
      { id: 1, image_id: 0, category_id: 7, bbox: [0, 0, 0, 4] },
      { id: 2, image_id: 0, category_id: 7, bbox: [0, 0, '3', 4] },
      { id: 3, image_id: 0, category_id: 8, bbox: [0, 0, 3, 4] },
      { id: 4, image_id: 0, category_id: 7, bbox: [0, 0, 3, 4], iscrowd: 1 },
      { id: 5, image_id: 0, category_id: 7, bbox: [0, 0, 3, 4] },
    ]
    const { pictures, problems } = await found(readCoco, {
      'set.json': cocoFile(['a.jpg', 'gone.jpg', 'a.jpg'], { annotations }),
      'a.jpg': '',
    })
    expect(placed(pictures)).toEqual(['a.jpg  cat'])
    expect(problems.sort()).toEqual([
      'set.json a box of a category that is not listed',
      'set.json a box that is no rectangle',
      'set.json a box that is no rectangle',
      'set.json a crowd, which is no single thing',
      'set.json a picture that is listed twice',
      'set.json a picture whose file is not there',
    ])
  })

  test.each(['{"images":[{"id":1', '{"images":[}', 'images', ''])('%j is no JSON', async text => {
    const { pictures, problems } = await found(readCoco, { 'set.json': text })
    expect(pictures).toEqual([])
    expect(problems).toEqual(['set.json not JSON, or cut short'])
  })
})

describe('YOLO', () => {
  const rows = '0 0.5 0.5 0.2 0.4\n'

  test.each<[string, Files, string[]]>([
    [
      'names as a list, a path of another machine',
      {
        'data.yaml': 'path: /home/x/set\ntrain: images/train\nval: images/val\nnames: [cat, dog]\n',
        'images/train/a.jpg': '',
        'labels/train/a.txt': rows,
        'images/val/b.jpg': '',
        'labels/val/b.txt': '1 0.5 0.5 0.1 0.1',
      },
      ['images/train/a.jpg train cat', 'images/val/b.jpg validation dog'],
    ],
    [
      'that of Roboflow, with places beside the one that is meant',
      {
        'data.yaml': 'train: ../train/images\nval: ../valid/images\nnc: 1\nnames: [cat]\n',
        'train/images/a.jpg': '',
        'train/labels/a.txt': rows,
        'valid/images/b.jpg': '',
      },
      ['train/images/a.jpg train cat', 'valid/images/b.jpg validation'],
    ],
    [
      'lists of files, no names',
      {
        'data.yaml': 'train: train.txt\nval: [images/val]\nnc: 2\n',
        'train.txt': './images/train/a.jpg\n',
        'images/train/a.jpg': '',
        'labels/train/a.txt': rows,
        'images/val/b.png': '',
      },
      ['images/train/a.jpg train class_0', 'images/val/b.png validation'],
    ],
    [
      'the last folder of the name "images" is the one that counts',
      {
        'data.yaml': 'train: images/images\nval: images/images\nnames: {0: cat}\n',
        'images/images/a.jpg': '',
        'images/labels/a.txt': rows,
      },
      ['images/images/a.jpg train cat'],
    ],
  ])('%s', async (_, files, expected) => {
    const { pictures, problems } = await found(readYolo, files)
    expect(problems).toEqual([])
    expect(placed(pictures)).toEqual(expected)
  })

  test('of a polygon the box around it is read', async () => {
    const files = {
      'data.yaml': 'train: images\nval: images\nnames: [cat]\n',
      'images/a.jpg': '',
      'labels/a.txt': '0 0.25 0.5 0.75 0.25 0.5 1\n',
    }
    const { pictures } = await found(readYolo, files)
    expect(pictures[0]?.boxes).toEqual([
      { label: 'cat', x: 0.25, y: 0.25, width: 0.5, height: 0.75, unit: 'share' },
    ])
  })

  test('a picture with a row that is not right is left out, as Ultralytics does', async () => {
    const files = {
      'data.yaml': 'train: images\nval: images\nnames: [cat]\n',
      'images/a.jpg': '',
      'labels/a.txt': `${rows}0 0.5 0.5 1.2 0.4\n`,
    }
    const { pictures, problems } = await found(readYolo, files)
    expect(pictures).toEqual([])
    expect(problems).toEqual(['labels/a.txt:2 not a class and four shares; the picture is left out'])
  })

  test.each(['names: 3', '- a', 'a: &x [1]\nb: *x\nnames: [a]', '{'])('%j describes no set', async text => {
    expect((await found(readYolo, { 'data.yaml': text })).problems).toEqual([
      'data.yaml no YAML, or none that names classes',
    ])
  })
})

describe('VOC', () => {
  const xml = (
    name: string,
    box = '<bndbox><xmin>1</xmin><ymin>2</ymin><xmax>3</xmax><ymax>4</ymax></bndbox>',
  ) =>
    `<annotation><filename>${name}</filename><size><width>0</width><height>0</height></size><object><name>cat</name><part><name>ear</name></part>${box}</object></annotation>`

  test('its own layout, a list of labels for each class', async () => {
    const { pictures, problems } = await found(readVoc, {
      'VOCdevkit/VOC2012/Annotations/a.xml': xml('a.jpg'),
      'VOCdevkit/VOC2012/JPEGImages/a.jpg': '',
      'VOCdevkit/VOC2012/ImageSets/Main/val.txt': 'a\n',
      'VOCdevkit/VOC2012/ImageSets/Main/trainval.txt': 'a\n',
      'VOCdevkit/VOC2012/ImageSets/Main/cat_val.txt': 'a  1\n',
      'VOCdevkit/VOC2012/ImageSets/Main/dog_val.txt': 'a -1\n',
    })
    expect(problems).toEqual([])
    expect(pictures).toEqual([
      {
        ...{
          file: 'VOCdevkit/VOC2012/JPEGImages/a.jpg',
          labels: ['cat'],
          split: 'validation',
          size: null,
          about: {},
        },
        boxes: [{ label: 'cat', x: 0, y: 1, width: 3, height: 3, unit: 'px' }],
      },
    ])
  })

  test('files beside pictures, as drawing programs write them', async () => {
    const { pictures } = await found(readVoc, { 'things/a.xml': xml('other.png'), 'things/a.png': '' })
    expect(placed(pictures)).toEqual(['things/a.png  cat'])
  })

  test('what is wrong is told of', async () => {
    const bomb =
      '<!DOCTYPE a [<!ENTITY b "bbbbbbbbbb"><!ENTITY c "&b;&b;&b;&b;">]><annotation><filename>&c;</filename></annotation>'
    const { pictures, problems } = await found(readVoc, {
      'Annotations/a.xml': '<annotation>',
      'Annotations/b.xml': xml('../../b.jpg'),
      'Annotations/c.xml': xml(
        'c.jpg',
        '<bndbox><xmin>5</xmin><ymin>2</ymin><xmax>3</xmax><ymax>4</ymax></bndbox>',
      ),
      'Annotations/d.xml': bomb,
      'JPEGImages/c.jpg': '',
    })
    expect(placed(pictures)).toEqual(['JPEGImages/c.jpg '])
    expect(problems).toEqual([
      'Annotations/a.xml no annotation, or one that is too large',
      'Annotations/b.xml a picture whose file is not there',
      'Annotations/c.xml an object without a name or a rectangle',
      'Annotations/d.xml no annotation, or one that is too large',
    ])
  })
})

describe('Hugging Face folders', () => {
  test('what a list does not name is not there', async () => {
    const { pictures, problems } = await found(readHuggingFaceFolder, {
      'data/train/metadata.csv': 'file_name,label\na.jpg,cat\ngone.jpg,cat\n',
      'data/train/a.jpg': '',
      'data/train/unlisted.jpg': '',
    })
    expect(placed(pictures)).toEqual(['data/train/a.jpg train cat'])
    expect(problems).toEqual(['data/train/metadata.csv:3 a picture whose file is not there'])
  })

  test.each<[string, Files, string[]]>([
    [
      'folders are classes below folders of splits',
      { 'train/cat/a.jpg': '', 'test/dog/b.jpg': '' },
      ['test/dog/b.jpg test dog', 'train/cat/a.jpg train cat'],
    ],
    ['folders are classes', { 'cat/a.jpg': '', 'dog/.b.jpg': '', 'dog/c.txt': '' }, ['cat/a.jpg  cat']],
    ['folders of splits without classes', { 'train/a.jpg': '' }, ['train/a.jpg train']],
  ])('without a list, %s', async (_, files, expected) => {
    expect(placed((await found(readHuggingFaceFolder, files)).pictures)).toEqual(expected)
  })
})
