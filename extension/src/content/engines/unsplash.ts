import { unsplash } from '../../harvesters/unsplash.ts'
import { bring } from './brought.ts'

bring(unsplash)
