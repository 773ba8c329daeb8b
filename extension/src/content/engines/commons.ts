import { commons } from '../../harvesters/commons.ts'
import { bring } from './brought.ts'

bring(commons)
