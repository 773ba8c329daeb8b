/** `features.json` of TensorFlow Datasets: the features by name, each with the Python class that decodes it. */

const core = 'tensorflow_datasets.core.features'

export interface TfdsShape {
  readonly classes: number
  /** Labels of boxes; absent where there are no boxes. */
  readonly boxLabels: number | undefined
  /** `jpeg` or `png`; absent where pictures differ. */
  readonly encoding: string | undefined
  readonly channels: 1 | 3
}

/** Numbers of 64 bits are texts in it, as in all JSON of protocol buffers. */
export function tfdsFeatures({ classes, boxLabels, encoding, channels }: TfdsShape): unknown {
  return dictOf({
    image: {
      pythonClassName: `${core}.image_feature.Image`,
      image: {
        shape: { dimensions: ['-1', '-1', String(channels)] },
        dtype: 'uint8',
        ...(encoding === undefined ? {} : { encodingFormat: encoding }),
      },
    },
    label: classLabel(classes),
    id: text,
    source_url: text,
    license: text,
    ...(boxLabels === undefined ? {} : { objects: sequenceOf({ bbox, label: classLabel(boxLabels) }) }),
  })
}

const text = { pythonClassName: `${core}.text_feature.Text`, text: {} }

const bbox = {
  pythonClassName: `${core}.bounding_boxes.BBoxFeature`,
  boundingBox: { shape: { dimensions: ['4'] }, dtype: 'float32', bboxFormat: 'REL_YXYX' },
}

const classLabel = (count: number) => ({
  pythonClassName: `${core}.class_label_feature.ClassLabel`,
  classLabel: { numClasses: String(count) },
})

const dictOf = (features: Readonly<Record<string, unknown>>) => ({
  pythonClassName: `${core}.features_dict.FeaturesDict`,
  featuresDict: { features },
})

const sequenceOf = (features: Readonly<Record<string, unknown>>) => ({
  pythonClassName: `${core}.sequence_feature.Sequence`,
  sequence: { feature: dictOf(features), length: '-1' },
})
