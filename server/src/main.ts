/** Composition root: opens the data folder, puts the parts together, listens, and takes them apart again. */
