import './icon.css'

const paths = {
  alert:
    'M12 8v5m0 3.2v.1M10.4 4.2 2.8 17.4A1.8 1.8 0 0 0 4.4 20h15.2a1.8 1.8 0 0 0 1.6-2.6L13.6 4.2a1.8 1.8 0 0 0-3.2 0Z',
  activity: 'M3 12h4l3-7 4 14 3-7h4',
  check: 'm5 12.5 4.5 4.5L19 7.5',
  'chevron-down': 'm6 9.5 6 6 6-6',
  'chevron-left': 'm14.5 6-6 6 6 6',
  'chevron-right': 'm9.5 6 6 6-6 6',
  clock: 'M12 7v5.2l3.3 2M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18Z',
  close: 'm6 6 12 12M18 6 6 18',
  copies: 'M8 8h12v12H8V8Zm-4 8V4h12M11 16l2.500-2.500 1.500 1.500 2-2 3 3',
  copy: 'M9 9h10a1 1 0 0 1 1 1v10a1 1 0 0 1-1 1H9a1 1 0 0 1-1-1V10a1 1 0 0 1 1-1Zm-4 6H4a1 1 0 0 1-1-1V4a1 1 0 0 1 1-1h10a1 1 0 0 1 1 1v1',
  download: 'M12 4v11m0 0 4.5-4.5M12 15l-4.5-4.5M4.5 20h15',
  edit: 'm4 20 1-4.2L16.2 4.6a1.8 1.8 0 0 1 2.5 0l.7.7a1.8 1.8 0 0 1 0 2.5L8.2 19 4 20Z',
  external: 'M14 4h6v6m0-6-9 9M18 14v5a1 1 0 0 1-1 1H5a1 1 0 0 1-1-1V7a1 1 0 0 1 1-1h5',
  folder:
    'M3.5 7a1.5 1.5 0 0 1 1.5-1.5h4l2 2.5h8a1.5 1.5 0 0 1 1.5 1.5V17a1.5 1.5 0 0 1-1.5 1.5H5A1.5 1.5 0 0 1 3.5 17V7Z',
  gallery: 'M4 4h7v7H4V4Zm9 0h7v7h-7V4ZM4 13h7v7H4v-7Zm9 0h7v7h-7v-7Z',
  image:
    'M5 4h14a1 1 0 0 1 1 1v14a1 1 0 0 1-1 1H5a1 1 0 0 1-1-1V5a1 1 0 0 1 1-1Zm-1 12 4.5-4.5 4 4 2.5-2.5 5 5M15 9.5v.1',
  info: 'M12 11v5m0-8.2v.1M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18Z',
  keyboard: 'M3 6.500h18v11H3v-11Zm3.500 3.500v.1m3.700-.1v.1m3.700-.1v.1m3.600-.1v.1M8 14h8',
  history: 'M4 5v4.500h4.500M4.4 9.500A8 8 0 1 1 4 13M12 8v4.500l3 1.800',
  menu: 'M5 11.300a.7.7 0 1 0 0 1.400.7.7 0 0 0 0-1.400Zm7 0a.7.7 0 1 0 0 1.400.7.7 0 0 0 0-1.400Zm7 0a.7.7 0 1 0 0 1.400.7.7 0 0 0 0-1.400Z',
  redo: 'm15.500 4.500 4.500 4.500-4.500 4.500M20 9H10a5.500 5.500 0 0 0 0 11h4',
  review: 'M4 5h16v11H4V5Zm5 5.500 2.200 2.200L15.500 8.500M8 20h8',
  overview: 'M4 13h7V4H4v9Zm9 7h7v-9h-7v9ZM4 20h7v-4H4v4Zm9-12h7V4h-7v4Z',
  pause: 'M8.5 5v14m7-14v14',
  play: 'M7 4.8v14.4a.6.6 0 0 0 .9.5l11.3-7.2a.6.6 0 0 0 0-1L7.9 4.3a.6.6 0 0 0-.9.5Z',
  plug: 'M9 3v5m6-5v5M6.5 8h11v3.5a5.5 5.5 0 0 1-11 0V8ZM12 17v4',
  plus: 'M12 5v14M5 12h14',
  puzzle:
    'M10 5.5a2 2 0 1 1 4 0V7h4a1 1 0 0 1 1 1v3.5h-1a2 2 0 1 0 0 4h1V19a1 1 0 0 1-1 1H6a1 1 0 0 1-1-1v-4h1.500a2 2 0 1 0 0-4H5V8a1 1 0 0 1 1-1h4V5.5Z',
  quality: 'M4 8V4h4m8 0h4v4m0 8v4h-4m-8 0H4v-4m8-1a3 3 0 1 0 0-6 3 3 0 0 0 0 6Z',
  refresh: 'M20 5v5h-5M4 19v-5h5M19.4 10a8 8 0 0 0-14-2.500M4.6 14a8 8 0 0 0 14 2.5',
  search: 'm20 20-4.5-4.500M11 18a7 7 0 1 0 0-14 7 7 0 0 0 0 14Z',
  settings:
    'M4 7h9m5 0h2M4 17h2m5 0h9M15.5 9.500a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5Zm-7 10a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5Z',
  trash:
    'M4 7h16M10 11v6m4-6v6M6 7l1 12a1.5 1.5 0 0 0 1.5 1.400h7A1.5 1.5 0 0 0 17 19l1-12M9 7V4.500a1 1 0 0 1 1-1h4a1 1 0 0 1 1 1V7',
  undo: 'M8.500 4.500 4 9l4.500 4.500M4 9h10a5.500 5.500 0 0 1 0 11h-4',
  filter: 'M4 5h16l-6.500 7.500V19l-3-1.500v-5L4 5Z',
  rows: 'M4 5h9v6H4V5Zm11.500 0H20v6h-4.500V5ZM4 13.500h5v6H4v-6Zm7.500 0H20v6h-8.500v-6Z',
  'sort-down': 'M12 5v14m0 0 5-5m-5 5-5-5',
  'sort-up': 'M12 19V5m0 0 5 5m-5-5-5 5',
  bookmark: 'M7 4h10a1 1 0 0 1 1 1v15l-6-4-6 4V5a1 1 0 0 1 1-1Z',
  split:
    'M12 20v-6m0 0c0-5-7-3-7-9m7 9c0-5 7-3 7-9M2.500 7.500 5 5l2.500 2.500M16.500 7.500 19 5l2.500 2.500',
  versions: 'M4 8.500 12 4.500l8 4-8 4-8-4Zm0 4 8 4 8-4M4 16.300l8 4 8-4',
  export: 'M12 15V4m0 0L7.500 8.500M12 4l4.500 4.500M5 13v6a1 1 0 0 0 1 1h12a1 1 0 0 0 1-1v-6',
  import: 'M12 4v11m0 0 4.500-4.500M12 15l-4.500-4.500M5 13v6a1 1 0 0 0 1 1h12a1 1 0 0 0 1-1v-6',
  pin: 'M9 4h6l-1 6 3 3H7l3-3-1-6Zm3 9v7',
  flag: 'M6 21V4m0 1h11l-2 4 2 4H6',
} as const

export type IconName = keyof typeof paths

interface IconProps {
  readonly name: IconName
  /** Side in pixels; 18 unless told. */
  readonly sizePx?: number
}

/** A line drawing in the colour of the text. Always decoration: the words stand beside it or in an `aria-label`. */
export function Icon({ name, sizePx = 18 }: IconProps) {
  return (
    <svg className="gl-icon" width={sizePx} height={sizePx} viewBox="0 0 24 24" aria-hidden="true">
      <path d={paths[name]} />
    </svg>
  )
}
