import { BaseSequencer, type TestSpecification } from 'vitest/node'

/**
 * Files that take longest, of each project, longest first. Vitest knows by itself only where it has run before; in a fresh
 * clone it goes by size, and ends with one core at work on a short file that starts a program forty times.
 */
const longest = [
  'server/test/crash.test.ts',
  'server/test/faults/disk-errors.test.ts',
  'server/test/faults/under-load.test.ts',
  'server/test/workshop.test.ts',
  'server/test/faults/syscall-kills.test.ts',
  'server/test/ingest.test.ts',
  'server/test/ingest-over-socket.test.ts',
  'server/test/damaged-pictures.test.ts',
  'server/test/cut-pictures.test.ts',
  'server/test/stand-ins.test.ts',
  'extension/scripts/packages.test.ts',
  'extension/src/harvesters/saved-pages.test.ts',
  'server/src/store/duplicates-model.test.ts',
  'e2e/tests/outbox.test.ts',
  'e2e/tests/outbox-kills.test.ts',
  'e2e/tests/firefox.test.ts',
  'e2e/tests/accessibility.test.ts',
  'e2e/tests/duplicates.test.ts',
  'e2e/tests/marks.test.ts',
  'e2e/tests/run.test.ts',
  'e2e/tests/saved-pages.test.ts',
]

const placeOf = ({ moduleId }: TestSpecification) => {
  const place = longest.findIndex(path => moduleId.endsWith(path))
  return place === -1 ? longest.length : place
}

/** Begins with what takes longest, so that no core has to wait for it at the end. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files)
    return sorted.toSorted((one, other) => placeOf(one) - placeOf(other))
  }
}
