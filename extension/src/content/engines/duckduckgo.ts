import { duckduckgo } from '../../harvesters/duckduckgo.ts'
import { bring } from './brought.ts'

bring(duckduckgo)
