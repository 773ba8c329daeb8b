import { brave } from '../../harvesters/brave.ts'
import { bring } from './brought.ts'

bring(brave)
