/** What the formats of TensorFlow have in common. */
import { Type } from 'typebox'
import { pictureRule, type Rule } from './rules.ts'

export const shardMbOption = Type.Integer({
  title: 'Size of a shard (MB)',
  description: 'TensorFlow recommends 100 to 200 MB.',
  minimum: 1,
  maximum: 5_000,
  default: 150,
})

/** `decode_jpeg` and older versions of TensorFlow do not know WebP; newer ones give it one dimension more. */
export const tensorflowKinds = (): Rule =>
  pictureRule(({ extension }) => extension === 'webp', {
    ...{ code: 'EXPORT_PICTURE_FORMAT', weight: 'lost' },
    fix: { render: { format: 'jpeg' } },
  })
