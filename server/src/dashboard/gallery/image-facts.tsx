import type { LicenseClaim } from '@gleaner/shared/candidate'
import type { GalleryImage } from '@gleaner/shared/gallery'
import type { ImageDetail } from '@gleaner/shared/image'
import { qualityMeasures } from '@gleaner/shared/quality'
import { Notice } from '@gleaner/shared/ui/notice.tsx'
import type { ReactNode } from 'react'
import { originalUrl } from '../api/client.ts'
import { CopyText } from '../parts/copy-text.tsx'
import { Fact, Facts } from '../parts/facts.tsx'
import { Picture } from '../parts/picture.tsx'
import { WebLink } from '../parts/web-link.tsx'
import { splitWords } from '../splits/split-words.ts'
import { formatBytes, formatNoun, formatPixels, formatTime } from '../text/format.ts'
import { reasonOf } from '../text/reasons.ts'
import { webAddress } from '../text/web-address.ts'
import { measureWords } from './filter-words.ts'
import { ImageActs } from './image-acts.tsx'
import { Journey } from './journey.tsx'

function Files({ datasetId, image }: { readonly datasetId: string; readonly image: ImageDetail }) {
  const { original } = image
  return (
    <Facts>
      <Fact name="Class">
        <bdi>{image.classLabel}</bdi>
      </Fact>
      <Fact name="Split">
        {image.split === null ? (
          <span className="faint">in none</span>
        ) : (
          <span>
            {splitWords[image.split]}
            {image.isPinned ? ', pinned' : ''}
          </span>
        )}
        {image.chosenGroups.map(({ id, name }) => (
          <p key={id}>
            <span className="faint">Kept together as</span> “<bdi>{name}</bdi>”
          </p>
        ))}
      </Fact>
      <Fact name="Stored">
        {formatPixels(image.width, image.height)}, {formatBytes(image.sizeBytes)},{' '}
        {formatTime(image.storedAtMs)}
        <br />
        <bdi className="gl-mono faint">{image.file}</bdi>
      </Fact>
      <Fact name="Original">
        {formatPixels(original.width, original.height)}, {formatBytes(original.sizeBytes)},{' '}
        <bdi>{original.format.toUpperCase()}</bdi>
        <br />
        {original.file === null ? (
          <span className="faint">not kept</span>
        ) : (
          <>
            <bdi className="gl-mono faint">{original.file}</bdi>
            <br />
            <a href={originalUrl(datasetId, image.id)} download>
              Download
            </a>
          </>
        )}
      </Fact>
      <Fact name="Quality">
        {image.qualityScore} of 100
        {image.qualityScore < 50 ? (
          <span className="faint">: too plain to be compared by its look</span>
        ) : null}
      </Fact>
      <Fact name="Duplicates">
        {image.duplicates === 0
          ? 'none found'
          : formatNoun(image.duplicates, 'further copy', 'further copies')}
      </Fact>
    </Facts>
  )
}

/** What the page said about licence and author. Nobody has checked it, and the line says so. */
function LicenseLine({ license }: { readonly license: LicenseClaim }) {
  const { name, url, creator, creatorUrl, attribution, basis } = license
  const terms = name ?? (url ? 'a licence' : undefined)
  const byWhom = basis === 'picture' ? 'The page says' : 'The search was narrowed to'
  return (
    <p className="small">
      {byWhom}:{' '}
      {terms === undefined ? null : url ? <WebLink address={url} text={terms} /> : <bdi>{terms}</bdi>}
      {creator === undefined && creatorUrl === undefined ? null : (
        <>
          {terms === undefined ? 'by ' : ', by '}
          {creatorUrl ? <WebLink address={creatorUrl} text={creator} /> : <bdi>{creator}</bdi>}
        </>
      )}
      {attribution === undefined ? null : (
        <>
          {terms === undefined && creator === undefined ? '' : '. '}“<bdi>{attribution}</bdi>”
        </>
      )}
      <span className="faint"> (a claim, not checked)</span>
    </p>
  )
}

function Found({ image }: { readonly image: ImageDetail }) {
  return (
    <ul className="stack-close">
      {image.sightings.map(sighting => (
        <li key={sighting.candidateId} className="sighting">
          {sighting.title ? (
            <p className="sighting-title">
              <bdi>{sighting.title}</bdi>
            </p>
          ) : null}
          {sighting.landingUrl ? (
            <p>
              On <WebLink address={sighting.landingUrl} />
            </p>
          ) : null}
          <p className="small faint">
            {sighting.rank === null ? '' : `Place ${sighting.rank} of `}
            <bdi>{sighting.engine}</bdi>
            {sighting.query === null ? null : (
              <>
                {' '}
                for “<bdi>{sighting.query}</bdi>”
              </>
            )}
            , {formatTime(sighting.seenAtMs)}
            {sighting.filters === null ? null : (
              <>
                {'; filters: '}
                <bdi>{Object.values(sighting.filters).join(', ')}</bdi>
              </>
            )}
          </p>
          {sighting.license ? <LicenseLine license={sighting.license} /> : null}
        </li>
      ))}
    </ul>
  )
}

interface NearPairsProps {
  readonly datasetId: string
  readonly image: ImageDetail
  readonly onShow: (imageId: string) => void
}

function NearPairs({ datasetId, image, onShow }: NearPairsProps) {
  return (
    <ul className="near-pairs">
      {image.nearPairs.map(({ imageId, distanceBits }) => (
        <li key={imageId}>
          <button type="button" className="near-pair" onClick={() => onShow(imageId)}>
            <span className="near-pair-pictures">
              <Picture datasetId={datasetId} imageId={image.id} alt="This picture" />
              <Picture datasetId={datasetId} imageId={imageId} alt="The other picture" />
            </span>
            <span className="small">{distanceBits} of 256 bits apart</span>
          </button>
        </li>
      ))}
    </ul>
  )
}

function Rights({ rights }: { readonly rights: ImageDetail['rights'] }) {
  return (
    <Facts>
      {Object.entries(rights).map(([name, value]) => (
        <Fact key={name} name={name}>
          {webAddress(value) ? <WebLink address={value} /> : <bdi>{value}</bdi>}
        </Fact>
      ))}
    </Facts>
  )
}

function Fingerprints({ image }: { readonly image: ImageDetail }) {
  const all = [
    ['File digest (SHA-256)', image.digest],
    ['Original digest (SHA-256)', image.original.digest],
    ['Perceptual hash', image.perceptualHash],
    ['Block hash', image.blockHash],
  ] as const
  return (
    <Facts>
      {all.map(([name, value]) => (
        <Fact key={name} name={name}>
          {value === null ? (
            <span className="faint">none</span>
          ) : (
            <CopyText text={value} what={`the ${name}`} isShort />
          )}
        </Fact>
      ))}
    </Facts>
  )
}

function Part({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <section className="detail-part">
      <h3>{title}</h3>
      {children}
    </section>
  )
}

/** What was measured, each as a bar from 0 to 100. */
function Scores({ scores }: { readonly scores: GalleryImage['scores'] }) {
  if (!scores) return <p className="faint">Not measured yet.</p>
  return (
    <ul className="score-bars">
      {qualityMeasures.map(measure => (
        <li key={measure}>
          <span>{measureWords[measure]}</span>
          <meter min={0} max={100} value={scores[measure]} aria-label={measureWords[measure]} />
          <span className="score-value">{scores[measure]}</span>
        </li>
      ))}
    </ul>
  )
}

interface ImageFactsProps extends NearPairsProps {
  /** As the gallery lists it, where it does. */
  readonly listed: GalleryImage | undefined
}

/** Everything known about a picture, most asked-for first. */
export function ImageFacts({ datasetId, image, listed, onShow }: ImageFactsProps) {
  const thumbnail = reasonOf('STORED_THUMBNAIL')
  return (
    <>
      {image.isThumbnail ? (
        <Notice tone="warning" title="Only a thumbnail">
          {thumbnail.say} {thumbnail.hint}
        </Notice>
      ) : null}
      <Part title="Picture">
        <Files datasetId={datasetId} image={image} />
      </Part>
      {listed ? (
        <Part title="Measures">
          <Scores scores={listed.scores} />
        </Part>
      ) : null}
      <Part title="Where it was found">
        {image.sightings.length > 0 ? <Found image={image} /> : <p className="faint">Not recorded.</p>}
      </Part>
      {image.nearPairs.length > 0 ? (
        <Part title="Looks alike">
          <NearPairs datasetId={datasetId} image={image} onShow={onShow} />
        </Part>
      ) : null}
      <Part title="Rights">
        {Object.keys(image.rights).length > 0 ? (
          <Rights rights={image.rights} />
        ) : (
          <p className="faint">The file says nothing about its author or licence.</p>
        )}
      </Part>
      <Part title="How it was fetched">
        <Journey attempts={image.attempts} />
      </Part>
      <Part title="History">
        <ImageActs datasetId={datasetId} imageId={image.id} />
      </Part>
      <Part title="Fingerprints">
        <Fingerprints image={image} />
      </Part>
    </>
  )
}
