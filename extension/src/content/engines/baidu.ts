import { baidu } from '../../harvesters/baidu.ts'
import { bring } from './brought.ts'

bring(baidu)
