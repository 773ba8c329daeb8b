import { yandex } from '../../harvesters/yandex.ts'
import { bring } from './brought.ts'

bring(yandex)
