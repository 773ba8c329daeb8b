import { pinterest } from '../../harvesters/pinterest.ts'
import { bring } from './brought.ts'

bring(pinterest)
