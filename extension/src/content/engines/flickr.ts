import { flickr } from '../../harvesters/flickr.ts'
import { bring } from './brought.ts'

bring(flickr)
