import { openverse } from '../../harvesters/openverse.ts'
import { bring } from './brought.ts'

bring(openverse)
