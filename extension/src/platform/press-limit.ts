/** Most candidates one press of Collect hands over. More than any results page shows. */
export const candidatesPerPress = 5000
