/** Runs in the page's own world, before the page's scripts. It has no access to the extension and needs none. */
import { readAnswers } from './page-reader.ts'

readAnswers(window)
