import { pixabay } from '../../harvesters/pixabay.ts'
import { bring } from './brought.ts'

bring(pixabay)
