/** Most candidates one press of Collect hands over. More than any results page shows. */
export const candidatesPerPress = 5000
/** Longest mark by which a run knows its results again, in characters. */
export const resultsChars = 4096
