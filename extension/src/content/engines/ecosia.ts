import { ecosia } from '../../harvesters/ecosia.ts'
import { bring } from './brought.ts'

bring(ecosia)
