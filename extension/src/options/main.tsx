import { mount } from '../connection/mount.tsx'
import { Options } from './options.tsx'

mount(<Options />)
