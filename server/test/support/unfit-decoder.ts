/** A decoder that finds its image library too old. */
process.send?.({ kind: 'unfit', facts: { setting: 'sharp', found: '0.34.0' } })
