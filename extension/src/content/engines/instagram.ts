import { instagram } from '../../harvesters/instagram.ts'
import { bring } from './brought.ts'

bring(instagram)
