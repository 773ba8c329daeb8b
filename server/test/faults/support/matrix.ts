/**
 * Every fault the server has to live through, with the tests that make it and the mistakes those tests have been seen to
 * notice. `npm run test:faults` runs the table and prints it; a test of its own holds it to what there is.
 */
import type { Proof } from './mutants.ts'

export interface Fault {
  readonly fault: string
  readonly tests: readonly Proof[]
  /** Mistakes of mutants.ts, by id. */
  readonly mutants: readonly string[]
  /** Tests that carry their mistake in themselves: they make it and expect to see its harm. */
  readonly ownMutants?: readonly Proof[]
}

const test = (file: string, ...titles: string[]): Proof[] => titles.map(title => ({ file, title }))
const server = (name: string) => `server/test/${name}.test.ts`
const fault = (name: string) => server(`faults/${name}`)

const ofTheProcess: readonly Fault[] = [
  {
    fault: 'killed at each named step',
    tests: test(server('crash'), 'killed at %s, the next start finds everything in order'),
    mutants: ['leases of dead processes are not freed', 'word is given in the middle of a group'],
    ownMutants: test(server('crash'), 'the mutant %s'),
  },
  {
    fault: 'killed at random under load',
    tests: test(server('crash'), 'times at random loses nothing it acknowledged'),
    mutants: [],
    ownMutants: test(server('crash'), 'the mutant %s'),
  },
  {
    fault: 'killed at the n-th system call',
    tests: test(fault('syscall-kills'), 'killed at the n-th %s'),
    mutants: [],
    ownMutants: test(fault('syscall-kills'), 'a worker that writes the row first is found out'),
  },
  {
    fault: 'killed at a statement of a migration',
    tests: test(fault('killed-migration'), 'killed at a statement of a migration'),
    mutants: ['a migration is not one transaction'],
  },
  {
    fault: 'told to stop under load',
    tests: [
      ...test(fault('under-load'), 'told to stop under load, it ends within its bounds'),
      ...test(
        server('ingest-interruptions'),
        'stopping in mid-flight gives back what is in hand',
        'work that will not stop is left to the next start',
      ),
    ],
    mutants: ['what is in hand is not given back at the end'],
  },
  {
    fault: 'clock set back and forth by a day, stopped and continued',
    tests: [
      ...test('server/src/pipeline/clock-jumps.test.ts', 'jumps of the clock by a day'),
      ...test(fault('under-load'), 'stopped and continued as a sleeping laptop is'),
    ],
    mutants: ['pauses follow the time of day alone'],
  },
  {
    fault: 'two servers, an impostor on the port',
    tests: [
      ...test(server('instance-lock'), 'the lock of a killed process is gone with it'),
      ...test(
        server('impostor'),
        'a command goes past the impostor',
        'the server of the folder proves itself',
      ),
    ],
    mutants: ['two servers may share a folder'],
  },
]

const ofTheDisk: readonly Fault[] = [
  {
    fault: 'power lost: order of what reaches the disk',
    tests: [
      ...test(server('sync-order'), 'bytes, name, row, word: in this order'),
      ...test(server('sync-order'), 'log, index, log anew'),
    ],
    mutants: [
      'an act is answered before it is on the disk',
      'the log is folded in without waiting for the disk',
      'bytes are not synced before they get their name',
      'commits are not synced',
      'word is given before the log is on the disk',
    ],
  },
  {
    fault: 'disk full, then freed',
    tests: [
      ...test(fault('full-disk'), 'a full disk refuses with its own code'),
      ...test(server('ingest-interruptions'), 'a full disk stops work with that reason'),
    ],
    mutants: ['a full disk is an error like any other'],
  },
  {
    fault: 'failed fsync, once and for ever',
    tests: test(fault('disk-errors'), 'a failed fsync ends the server'),
    mutants: ['a failed sync passes', 'groups go on after a failed sync'],
  },
  {
    fault: 'failed writes to the log of the index',
    tests: test(fault('disk-errors'), 'a write that fails once or for a while'),
    mutants: ['a full disk is an error like any other'],
  },
  {
    fault: 'disk turned read-only',
    tests: test(fault('disk-errors'), 'a disk that turns read-only'),
    mutants: ['nobody looks whether the index is still there'],
  },
  {
    fault: 'folder deleted under the server',
    tests: [
      ...test(fault('disk-errors'), 'a dataset whose folder is deleted under the server'),
      ...test('server/src/store/in-place.test.ts', 'an index whose folder was %s acknowledges nothing'),
    ],
    mutants: ['nobody looks whether the index is still there'],
  },
  {
    fault: 'file held by another program (EPERM, EBUSY, EACCES)',
    tests: test(fault('disk-errors'), 'a file that somebody holds for a moment'),
    mutants: ['want of a right for a moment ends everything'],
  },
  {
    fault: 'rights to the folder taken away',
    tests: test(server('idle-reasons'), 'the server lost its right to the folder'),
    mutants: ['want of a right for a moment ends everything'],
  },
  {
    fault: 'hardly any descriptors',
    tests: [
      ...test(fault('under-load'), 'with hardly any descriptors it is slow'),
      ...test('server/src/pipeline/disk.test.ts', '%s is %s trouble'),
    ],
    mutants: ['want of descriptors is no passing trouble'],
  },
  {
    fault: 'index busy, changed by others, with a flipped byte, without its log, of a newer program',
    tests: [
      ...test(
        fault('broken-index'),
        'a byte that turned over in the index',
        'a log that is gone takes only what it held',
        'another program that writes to the index for a moment',
        'what another program wrote into the index',
      ),
      ...test('server/src/store/database.test.ts', 'an index of a newer program is refused and left alone'),
      ...test(server('broken-dataset'), 'a batch for it is refused, the server goes on'),
    ],
    mutants: [
      'a damaged index is opened',
      'an index of a newer program is opened',
      'a writer does not wait for another one',
    ],
  },
  {
    fault: 'files meddled with',
    tests: [
      ...test('server/src/store/verify.test.ts', 'finds: %s (%s)', 'a repair queues what was lost'),
      ...test(server('lost-pictures'), 'lost pictures are drawn from their originals'),
    ],
    mutants: ['digests of files are not looked at'],
  },
  {
    fault: 'backup under load, restored; backup killed',
    tests: [
      ...test(fault('under-load'), 'a backup made under load restores to a sound dataset'),
      ...test('server/src/store/backup.test.ts', 'pictures that go or come while they are copied'),
    ],
    mutants: ['a copy is not checked'],
  },
  {
    fault: 'readers at the index under load',
    tests: [
      ...test(fault('under-load'), 'readers at the index while it works leave its log within bounds'),
      ...test('server/src/store/log-bound.test.ts', 'who holds on to an old state is told of'),
      ...test('server/src/store/log-bound.test.ts', 'a thread that is lost is told of, once'),
    ],
    mutants: ['the log of the index is never folded'],
  },
]

const ofTheWorld: readonly Fault[] = [
  {
    fault: 'hostile hosts',
    tests: [
      ...test(
        server('fetch'),
        'a body without end takes no more memory than the limit',
        'a host that accepts and never greets',
      ),
      ...test(server('ingest'), 'every kind of failure has its outcome and its code'),
    ],
    mutants: ['a fetch may take for ever'],
  },
  {
    fault: 'names that fail, flip, or lead inside',
    tests: test(
      server('net-guard'),
      'a name that flips is refused at the next connection',
      'a chain ends at a refusal wherever it comes',
    ),
    mutants: ['the far end is not judged again'],
  },
  {
    fault: 'network gone',
    tests: [
      ...test(server('ingest-interruptions'), 'an outage of the whole network costs no tries'),
      ...test('server/src/net/pace.test.ts', 'an outage burns no try, is noticed'),
    ],
    mutants: ['an outage costs tries'],
  },
  {
    fault: 'hostile pictures: cut short, bombs, polyglots',
    tests: [
      ...test(server('cut-pictures'), 'in every fit and orientation, %s'),
      ...test(server('damaged-pictures'), 'many bombs at once leave the decoders serving'),
      ...test(server('decoded-pictures'), 'what hangs behind the picture or in its comments'),
    ],
    mutants: ['pictures that end early are let through'],
  },
  {
    fault: 'decoder hangs, crashes, fills the memory, answers late',
    tests: test(
      server('decoder-processes'),
      'ends its process (%s) is tried twice',
      'takes too long (%s) is given up',
      'fills the memory ends its process',
      'is answered late for the one before',
      'loses no try when that one ends its process',
      'goes to another process when that one takes its time',
    ),
    mutants: [
      'a decoder that hangs is waited for',
      'a decoder may fill the memory',
      'a picture is blamed for its neighbour',
      'a picture waits behind one that hangs',
    ],
  },
  {
    fault: 'web attackers',
    tests: test(
      server('gate'),
      '%s: 421 without a body on every route',
      'every answer carries the safe ones',
    ),
    mutants: ['any name in the Host line will do'],
  },
  {
    fault: 'everything at once: the soak',
    tests: test(fault('soak'), 'a small soak stays flat and accounts for every address'),
    mutants: ['files that were written stay open'],
  },
]

export const matrix: readonly Fault[] = [...ofTheProcess, ...ofTheDisk, ...ofTheWorld]

/** Made by the end-to-end tests, which need browsers: not part of `npm run test:faults`, held to in `npm test`. */
export const inBrowsers: readonly Fault[] = [
  {
    fault: 'extension: worker killed in flight, browser killed, server down, two tabs',
    tests: [
      ...test('e2e/tests/outbox-kills.test.ts', ''),
      ...test('e2e/tests/server-killed.test.ts', ''),
      ...test('e2e/tests/tabs.test.ts', ''),
    ],
    mutants: [],
  },
]
