import { searxng } from '../../harvesters/searxng.ts'
import { bring } from './brought.ts'

bring(searxng)
