/** Colours of classes nobody has given one: apart from each other, and from the ground in light and dark. */
const colors = [
  '#3b7dd8',
  '#d9822b',
  '#2f9e6e',
  '#c2456e',
  '#8a63d2',
  '#0f9aa8',
  '#b3892b',
  '#6b7a3a',
  '#d05b49',
  '#5b6b9e',
] as const

/** @param classId - positive; classes that were made one after another look different */
export const classColor = (classId: number): string => colors[(classId - 1) % colors.length] ?? colors[0]
