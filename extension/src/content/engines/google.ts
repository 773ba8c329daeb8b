import { google } from '../../harvesters/google.ts'
import { bring } from './brought.ts'

bring(google)
