/** What all look-ups are measured against: reading memory once, in WebAssembly, and doing nothing with it. */
import { randomFillSync } from 'node:crypto'
import compiler from 'wabt'

const text = `(module
  (memory (export "memory") 1)
  (func (export "read") (param $at i32) (param $end i32) (result i64)
    (local $sum v128)
    (loop $next
      (local.set $sum
        (v128.xor
          (local.get $sum)
          (v128.xor
            (v128.xor (v128.load (local.get $at)) (v128.load offset=16 (local.get $at)))
            (v128.xor (v128.load offset=32 (local.get $at)) (v128.load offset=48 (local.get $at))))))
      (br_if $next (i32.lt_u (local.tee $at (i32.add (local.get $at) (i32.const 64))) (local.get $end))))
    (i64.xor (i64x2.extract_lane 0 (local.get $sum)) (i64x2.extract_lane 1 (local.get $sum)))))`

interface Exports {
  readonly memory: { readonly buffer: ArrayBuffer; readonly grow: (pages: number) => number }
  readonly read: (at: number, end: number) => bigint
}

declare const WebAssembly: {
  readonly Module: new (bytes: Uint8Array) => object
  readonly Instance: new (module: object) => { readonly exports: object }
}

/** @returns reads so many bytes, never the same each time */
export async function createReading(bytes: number): Promise<() => bigint> {
  const wabt = await compiler()
  const module = wabt.parseWat('read.wat', text, { simd: true })
  const instance = new WebAssembly.Instance(new WebAssembly.Module(module.toBinary({}).buffer))
  const { memory, read } = instance.exports as Exports
  memory.grow(Math.ceil(bytes / 65_536))
  randomFillSync(new Uint8Array(memory.buffer))
  return () => read(0, bytes)
}
