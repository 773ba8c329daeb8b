/** Small schemas that only the routes need: parameters, query strings and empty bodies. */
import { hostOrders } from '@gleaner/shared/activity'
import { Problem } from '@gleaner/shared/api'
import { DatasetId } from '@gleaner/shared/dataset'
import { groupKinds, groupStates } from '@gleaner/shared/duplicates'
import { ImageId } from '@gleaner/shared/image'
import { Type } from 'typebox'

const closed = { additionalProperties: false } as const

/** For every part of a request that carries nothing. */
export const Nothing = Type.Object({}, closed)
/** No body at all, or an empty object. */
export const NoBody = Type.Union([Type.Object({}, closed), Type.Null()])

/** Numbers in addresses stay text until the handler reads them: nothing is coerced. */
const RowId = Type.String({ pattern: '^[1-9][0-9]{0,14}$', description: 'Positive whole number' })
export const Limit = Type.String({ pattern: '^(?:[1-9][0-9]?|[1-4][0-9]{2}|500)$', description: '1 to 500' })
export const Cursor = Type.String({ minLength: 1, maxLength: 256, pattern: '^[A-Za-z0-9._~-]+$' })

export const Offset = Type.String({ pattern: '^(?:0|[1-9][0-9]{0,8})$', description: 'Whole number from 0' })

export const DatasetParams = Type.Object({ datasetId: DatasetId }, closed)
export const ClassParams = Type.Object({ datasetId: DatasetId, classId: RowId }, closed)
export const ImageParams = Type.Object({ datasetId: DatasetId, imageId: ImageId }, closed)
export const ClientParams = Type.Object({ clientId: Type.String({ pattern: '^[0-9a-f]{32}$' }) }, closed)

export const ViewParams = Type.Object({ datasetId: DatasetId, viewId: RowId }, closed)

export const ImagesQuery = Type.Object(
  { classId: Type.Optional(RowId), cursor: Type.Optional(Cursor), limit: Type.Optional(Limit) },
  closed,
)
export const CandidatesQuery = Type.Object(
  {
    state: Type.Optional(Type.String({ maxLength: 32 })),
    code: Type.Optional(Type.String({ maxLength: 64 })),
    classId: Type.Optional(RowId),
    text: Type.Optional(Type.String({ maxLength: 200 })),
    cursor: Type.Optional(Cursor),
    limit: Type.Optional(Limit),
  },
  closed,
)
export const HostsQuery = Type.Object(
  {
    order: Type.Optional(Type.Enum([...hostOrders])),
    text: Type.Optional(Type.String({ maxLength: 253 })),
    /** Those held back by more than good manners, or all. */
    show: Type.Optional(Type.Enum(['all', 'held-back'])),
    offset: Type.Optional(
      Type.String({ pattern: '^(?:0|[1-9][0-9]{0,6})$', description: 'Whole number from 0' }),
    ),
    limit: Type.Optional(Limit),
  },
  closed,
)
export const GroupParams = Type.Object({ datasetId: DatasetId, groupId: RowId }, closed)
export const CandidateParams = Type.Object({ datasetId: DatasetId, candidateId: RowId }, closed)
export const ConflictParams = Type.Object({ datasetId: DatasetId, conflictId: RowId }, closed)
export const PageQuery = Type.Object({ cursor: Type.Optional(Cursor), limit: Type.Optional(Limit) }, closed)
export const GroupsQuery = Type.Object(
  {
    ...PageQuery.properties,
    kind: Type.Optional(Type.Enum([...groupKinds])),
    state: Type.Optional(Type.Enum([...groupStates])),
    /** With a picture in this class. */
    classId: Type.Optional(RowId),
  },
  closed,
)
export const ImportParams = Type.Object({ datasetId: DatasetId, importId: RowId }, closed)
/** Where a part of an upload goes. */
export const UploadQuery = Type.Object(
  {
    upload: Type.Optional(Type.String({ pattern: '^[0-9a-f]{32}$' })),
    offset: Type.String({ pattern: '^(?:0|[1-9][0-9]{0,14})$', description: 'Whole number from 0' }),
  },
  closed,
)
export const VersionParams = Type.Object({ datasetId: DatasetId, versionId: RowId }, closed)
export const VersionsParams = Type.Object({ datasetId: DatasetId, fromId: RowId, toId: RowId }, closed)
/** The page of pictures after this one. */
export const DiffQuery = Type.Object({ cursor: Type.Optional(ImageId), limit: Type.Optional(Limit) }, closed)
export const ExportParams = Type.Object({ datasetId: DatasetId, exportId: RowId }, closed)
export const ActParams = Type.Object({ datasetId: DatasetId, actId: RowId }, closed)
export const ActsQuery = Type.Object(
  {
    ...PageQuery.properties,
    /** Only acts that changed this picture. */
    imageId: Type.Optional(ImageId),
  },
  closed,
)
export const ReasonsQuery = Type.Object({ classId: Type.Optional(RowId) }, closed)
/** Any value that changes with the file lets browsers keep it for good. */
export const FileQuery = Type.Object(
  { v: Type.Optional(Type.String({ pattern: '^[0-9a-z]{1,64}$' })) },
  closed,
)

/** Longest side of a small copy, in pixels. */
export const ThumbnailQuery = Type.Object(
  { ...FileQuery.properties, side: Type.Optional(Type.Enum(['128', '256', '512'])) },
  closed,
)

/** Which picture a file is for: the query of `BrowserBytesQuery`, as text. */
export const BytesQuery = Type.Object(
  {
    datasetId: DatasetId,
    candidateId: RowId,
    position: Type.String({ pattern: '^(?:0|[1-9][0-9]{0,2})$', description: 'Whole number from 0' }),
  },
  closed,
)
/** What the browser was told beside the file. */
export const FileHeaders = Type.Object({
  'x-gleaner-robots-tag': Type.Optional(
    Type.String({ maxLength: 512, description: '`X-Robots-Tag` of the answer' }),
  ),
})
/** A file as it is. The route reads it itself, as far as the dataset allows. */
export const FileBody = {
  content: { 'application/octet-stream': { schema: Type.Unknown() } },
}

/** Refusals, beside a route's own answer. */
export const refusals = { '4xx': Problem, '5xx': Problem }
/** An answer without a body. */
export const Done = Type.Null()
