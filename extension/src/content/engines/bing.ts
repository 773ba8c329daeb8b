import { bing } from '../../harvesters/bing.ts'
import { bring } from './brought.ts'

bring(bing)
