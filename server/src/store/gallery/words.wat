;; Finds words with a part in them, and the pictures that have these words.
;;
;; Words lie one after the other, a line end behind each. Addresses are in bytes; layout of the memory: word-memory.ts.
(module
  (memory (export "memory") 1)

  ;; Whether both begin with the same $length bytes.
  (func $same (param $one i32) (param $other i32) (param $length i32) (result i32)
    (local $at i32)
    (block $differ
      (loop $next
        (if (i32.ge_u (local.get $at) (local.get $length)) (then (return (i32.const 1))))
        (br_if $differ
          (i32.ne
            (i32.load8_u (i32.add (local.get $one) (local.get $at)))
            (i32.load8_u (i32.add (local.get $other) (local.get $at)))))
        (local.set $at (i32.add (local.get $at) (i32.const 1)))
        (br $next)))
    (i32.const 0))

  ;; Sets the bit of each place that the word at $found has. $words: where words begin, and the end; $blocks: of each sixteen
  ;; bytes of text, the number of the last word that begins at the first of them or before.
  (func $set
    (param $found i32) (param $blocks i32) (param $words i32) (param $placeStarts i32) (param $places i32) (param $bits i32)
    (local $word i32) (local $at i32) (local $end i32) (local $place i32)
    (local.set $word
      (i32.load (i32.add (local.get $blocks) (i32.shl (i32.shr_u (local.get $found) (i32.const 4)) (i32.const 2)))))
    (loop $later
      (if
        (i32.le_u
          (i32.load offset=4 (i32.add (local.get $words) (i32.shl (local.get $word) (i32.const 2))))
          (local.get $found))
        (then
          (local.set $word (i32.add (local.get $word) (i32.const 1)))
          (br $later))))
    (local.set $at (i32.add (local.get $placeStarts) (i32.shl (local.get $word) (i32.const 2))))
    (local.set $end (i32.add (local.get $places) (i32.shl (i32.load offset=4 (local.get $at)) (i32.const 1))))
    (local.set $at (i32.add (local.get $places) (i32.shl (i32.load (local.get $at)) (i32.const 1))))
    (loop $next
      (if (i32.lt_u (local.get $at) (local.get $end))
        (then
          (local.set $place (i32.load16_u (local.get $at)))
          (local.set $word (i32.add (local.get $bits) (i32.shr_u (local.get $place) (i32.const 3))))
          (i32.store8
            (local.get $word)
            (i32.or
              (i32.load8_u (local.get $word))
              (i32.shl (i32.const 1) (i32.and (local.get $place) (i32.const 7)))))
          (local.set $at (i32.add (local.get $at) (i32.const 2)))
          (br $next)))))

  ;; Sets the bits of all pictures with $part in one of their words. $text has $count places where it could begin.
  (func (export "mark")
    (param $text i32) (param $count i32) (param $part i32) (param $length i32)
    (param $blocks i32) (param $words i32) (param $placeStarts i32) (param $places i32) (param $bits i32)
    (local $at i32) (local $near i32) (local $found i32) (local $tail i32) (local $first v128) (local $last v128)
    (local.set $tail (i32.sub (local.get $length) (i32.const 1)))
    (local.set $first (i8x16.splat (i32.load8_u (local.get $part))))
    (local.set $last (i8x16.splat (i32.load8_u (i32.add (local.get $part) (local.get $tail)))))
    (loop $next
      (if (i32.lt_u (local.get $at) (local.get $count))
        (then
          (local.set $near
            (i8x16.bitmask
              (v128.and
                (i8x16.eq (v128.load (i32.add (local.get $text) (local.get $at))) (local.get $first))
                (i8x16.eq
                  (v128.load (i32.add (i32.add (local.get $text) (local.get $at)) (local.get $tail)))
                  (local.get $last)))))
          (loop $nextNear
            (if (local.get $near)
              (then
                (local.set $found (i32.add (local.get $at) (i32.ctz (local.get $near))))
                (local.set $near (i32.and (local.get $near) (i32.sub (local.get $near) (i32.const 1))))
                (if (i32.lt_u (local.get $found) (local.get $count))
                  (then
                    (if
                      (call $same
                        (i32.add (local.get $text) (local.get $found)) (local.get $part) (local.get $tail))
                      (then
                        (call $set
                          (local.get $found) (local.get $blocks) (local.get $words) (local.get $placeStarts)
                          (local.get $places) (local.get $bits))))))
                (br $nextNear))))
          (local.set $at (i32.add (local.get $at) (i32.const 16)))
          (br $next))))))
