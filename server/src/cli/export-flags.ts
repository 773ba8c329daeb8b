/** Flags of exports: those of every request, and those that follow from the options of a format. */
import {
  type ExportContainer,
  type ExportRequest,
  exportContainers,
  pixelFits,
} from '@gleaner/shared/exports'
import { type SplitName, splitNames } from '@gleaner/shared/splits'
import { type Command, InvalidArgumentError, Option } from 'commander'
import type { Exporter } from '../exports/exporter.ts'

export type Flags = Readonly<Record<string, unknown>>

const number =
  (least: number, most: number) =>
  (given: string): number => {
    const value = Number(given)
    if (given.trim() === '' || !(value >= least && value <= most))
      throw new InvalidArgumentError(`A number from ${least} to ${most}.`)
    return value
  }

const listed = (given: string, before: string[] = []): string[] => [...before, given]

const splitNamed = (given: string, before: SplitName[] = []): SplitName[] => {
  const found = splitNames.find(name => name === given)
  if (!found) throw new InvalidArgumentError(`One of ${splitNames.join(', ')}.`)
  return [...before, found]
}

/** `label=value`, the last `=` counts: labels may hold others. */
const pair = (given: string): readonly [string, string] => {
  const at = given.lastIndexOf('=')
  if (at < 1 || at === given.length - 1)
    throw new InvalidArgumentError('A label, "=", and what it is to have.')
  return [given.slice(0, at), given.slice(at + 1)]
}
const pairs = (given: string, before: Record<string, string> = {}): Record<string, string> => {
  const [label, value] = pair(given)
  return { ...before, [label]: value }
}

export function addRequestFlags(command: Command, { containers }: Exporter): void {
  command
    .option('--name <name>', 'name under exports/ (default: version and format)')
    .addOption(
      new Option('--container <kind>', 'folder or archive').choices(
        exportContainers.filter(one => containers.includes(one)),
      ),
    )
    .option('--size <pixels>', 'longest side, or side of the square (default: as filed)', number(8, 8192))
    .addOption(new Option('--fit <fit>', 'how pictures are brought to that size').choices([...pixelFits]))
    .option('--padding <colour>', 'what fills up "pad": "#rrggbb" or "mirror"')
    .option('--grey', 'one channel')
    .addOption(
      new Option('--picture-format <format>', 'how they are encoded').choices(['jpeg', 'png', 'webp']),
    )
    .option('--quality <quality>', 'of JPEG and WebP', number(40, 100))
    .option('--no-crops', 'whole pictures, also where a crop was drawn')
    .option('--split <name>', 'only this split (may be said again): train, validation or test', splitNamed)
    .option('--trial <share>', 'of train only the trial subset of this share', number(0, 1))
    .option('--cap <pictures>', 'at most so many train pictures of a class', number(1, 1e9))
    .option('--oversample', 'write oversample.csv: how often to draw each picture')
    .option('--class-weights', 'write class_weights.json')
    .option('--background <label=share>', 'hold this class to a share of train', pair)
    .option('--leave-out <label>', 'leave a class out (may be said again)', listed)
    .option('--leave-out-gone', 'leave out pictures whose files went with the trash')
    .option('--recount', 'decode every picture at the end and count copies across splits anew')
    .option('--class-name <label=name>', 'write a class under another name (may be said again)', pairs)
}

/** Flags that mean the same to every command. */
const ofProgram: ReadonlySet<string> = new Set(['home', 'port', 'json', 'version', 'help'])

/**
 * Every option of a format is a flag: `validationFolder` → `--validation-folder`; where that is taken, behind the format.
 *
 * @returns the options out of the flags; what was not said stays out, so that defaults hold
 */
export function addFormatFlags(
  command: Command,
  { format, options }: Exporter,
): (flags: Flags) => Readonly<Record<string, unknown>> {
  const added = Object.entries(options.properties).map(([name, given]) => {
    const schema = given as Schema
    const isTaken = ofProgram.has(name) || command.options.some(({ long }) => long === `--${kebab(name)}`)
    const option = flagOf(isTaken ? `${format}-${kebab(name)}` : kebab(name), { title: name, ...schema })
    command.addOption(option)
    const isUsual = (value: unknown) => schema.type === 'boolean' && value === schema.default
    return { name, from: option.attributeName(), isUsual }
  })
  return flags =>
    known(
      Object.fromEntries(
        added.map(({ name, from, isUsual }) => [name, isUsual(flags[from]) ? undefined : flags[from]]),
      ),
    )
}

interface Schema {
  readonly type?: string
  readonly enum?: readonly string[]
  readonly title?: string
  readonly description?: string
  readonly default?: unknown
}

const kebab = (name: string) => name.replace(/[A-Z]/g, letter => `-${letter.toLowerCase()}`)

function flagOf(flag: string, { type, enum: choices, title, description, default: usual }: Schema): Option {
  const said = [title, description].filter(part => part !== undefined).join('. ')
  const words = usual === undefined || usual === '' ? said : `${said} (default: ${String(usual)})`
  if (type === 'boolean') return new Option(usual === true ? `--no-${flag}` : `--${flag}`, words)
  const isNumber = type === 'number' || type === 'integer'
  const option = new Option(`--${flag} <${isNumber ? 'number' : 'value'}>`, words)
  if (choices) return option.choices([...choices])
  return isNumber ? option.argParser(number(-1e15, 1e15)) : option
}

/** @param options - of the format. @returns what was asked for, and no more */
export function requestOf(
  { format }: Exporter,
  flags: Flags,
  options: Readonly<Record<string, unknown>>,
): Omit<ExportRequest, 'versionId'> {
  const { size, fit, padding, grey, pictureFormat, quality, crops } = flags
  const render = known({
    ...{ sidePx: size, fit, padding, isGrey: grey, format: pictureFormat, quality },
    useCrops: crops === false ? false : undefined,
  })
  const [label, share] = Array.isArray(flags.background) ? (flags.background as [string, string]) : []
  const balance = known({
    ...{ cap: flags.cap, oversampleList: flags.oversample, classWeights: flags.classWeights },
    background: label === undefined ? undefined : { label, share: Number(share) },
  })
  return {
    format,
    ...known({ name: flags.name, container: flags.container as ExportContainer | undefined }),
    ...known({
      splits: flags.split,
      trial: flags.trial,
      leaveOut: flags.leaveOut,
      leaveOutGone: flags.leaveOutGone,
      recount: flags.recount,
      classNames: flags.className,
    }),
    ...(Object.keys(render).length > 0 && { render }),
    ...(Object.keys(balance).length > 0 && { balance }),
    ...(Object.keys(options).length > 0 && { options }),
  }
}

const known = (values: Readonly<Record<string, unknown>>) =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined))
