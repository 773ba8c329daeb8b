import { pexels } from '../../harvesters/pexels.ts'
import { bring } from './brought.ts'

bring(pexels)
