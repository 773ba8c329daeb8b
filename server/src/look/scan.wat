;; Finds, among held perceptual hashes, those within a Hamming radius of wanted ones.
;;
;; Memory, in bytes:
;;        0   wanted hashes ("forms"), 384 each, 64 at most:
;;              0   16 tables of 16, one for each half byte of the sketch: in how many bits does a value differ from it
;;            256   16 times the number of bits, plus one, in which the sketch of a match may differ
;;            272   the hash, 32
;;            304   the radius (i32)
;;    65536   matches of the last call, 8 each: place (i32, upper 24 bits) and form (lower 8), distance in bits (i32)
;;  1114112   chunks of 655360 each: 8 planes of 16384 (byte n of all sketches is plane n), then 16384 hashes of 32
;;
;; Hashes and sketches are bits in any order, as long as it is the same everywhere.
(module
  (memory (export "memory") 17)

  ;; Distance of the hash at $at from the form at $form.
  (func $distance (param $at i32) (param $form i32) (result i32)
    (i32.wrap_i64
      (i64.add
        (i64.add
          (i64.popcnt (i64.xor (i64.load (local.get $at)) (i64.load offset=272 (local.get $form))))
          (i64.popcnt (i64.xor (i64.load offset=8 (local.get $at)) (i64.load offset=280 (local.get $form)))))
        (i64.add
          (i64.popcnt (i64.xor (i64.load offset=16 (local.get $at)) (i64.load offset=288 (local.get $form))))
          (i64.popcnt (i64.xor (i64.load offset=24 (local.get $at)) (i64.load offset=296 (local.get $form))))))))

  ;; Writes a match down at $match when the hash at $place is near enough. Returns where the next one goes.
  (func $compare (param $hashes i32) (param $place i32) (param $form i32) (param $number i32) (param $match i32) (result i32)
    (local $distance i32)
    (local.set $distance
      (call $distance (i32.add (local.get $hashes) (i32.shl (local.get $place) (i32.const 5))) (local.get $form)))
    (if (i32.gt_u (local.get $distance) (i32.load offset=304 (local.get $form)))
      (then (return (local.get $match))))
    (i32.store (local.get $match) (i32.or (i32.shl (local.get $place) (i32.const 8)) (local.get $number)))
    (i32.store offset=4 (local.get $match) (local.get $distance))
    (i32.add (local.get $match) (i32.const 8)))

  ;; Compares the hashes from $place up to, not including, $end of the chunk at $chunk with the first $forms forms.
  ;; Returns how many matches there are.
  (func (export "scan") (param $chunk i32) (param $place i32) (param $end i32) (param $forms i32) (result i32)
    (local $number i32) (local $form i32) (local $match i32)
    (local.set $match (i32.const 65536))
    (loop $nextPlace
      (if (i32.lt_u (local.get $place) (local.get $end))
        (then
          (local.set $number (i32.const 0))
          (local.set $form (i32.const 0))
          (loop $nextForm
            (local.set $match
              (call $compare
                (i32.add (local.get $chunk) (i32.const 131072))
                (local.get $place) (local.get $form) (local.get $number) (local.get $match)))
            (local.set $form (i32.add (local.get $form) (i32.const 384)))
            (local.set $number (i32.add (local.get $number) (i32.const 1)))
            (br_if $nextForm (i32.lt_u (local.get $number) (local.get $forms))))
          (local.set $place (i32.add (local.get $place) (i32.const 1)))
          (br $nextPlace))))
    (i32.shr_u (i32.sub (local.get $match) (i32.const 65536)) (i32.const 3)))

  ;; The same for sixteen places at a time, but looks at a hash only when its sketch is near enough to the form's. The
  ;; distance of two sketches is the sum of what sixteen tables say of the half bytes of one. $place is a multiple of 16.
  (func (export "scanSketches") (param $chunk i32) (param $place i32) (param $end i32) (param $forms i32) (result i32)
    (local $number i32) (local $form i32) (local $match i32) (local $at i32) (local $near i32) (local $plane v128)
    (local $low0 v128) (local $high0 v128)
    (local $low1 v128) (local $high1 v128)
    (local $low2 v128) (local $high2 v128)
    (local $low3 v128) (local $high3 v128)
    (local $low4 v128) (local $high4 v128)
    (local $low5 v128) (local $high5 v128)
    (local $low6 v128) (local $high6 v128)
    (local $low7 v128) (local $high7 v128)
    (local.set $match (i32.const 65536))
    (loop $nextPlaces
      (if (i32.lt_u (local.get $place) (local.get $end))
        (then
          (local.set $at (i32.add (local.get $chunk) (local.get $place)))
          (local.set $plane (v128.load offset=0 (local.get $at)))
          (local.set $low0 (v128.and (local.get $plane) (v128.const i8x16 15 15 15 15 15 15 15 15 15 15 15 15 15 15 15 15)))
          (local.set $high0 (i8x16.shr_u (local.get $plane) (i32.const 4)))
          (local.set $plane (v128.load offset=16384 (local.get $at)))
          (local.set $low1 (v128.and (local.get $plane) (v128.const i8x16 15 15 15 15 15 15 15 15 15 15 15 15 15 15 15 15)))
          (local.set $high1 (i8x16.shr_u (local.get $plane) (i32.const 4)))
          (local.set $plane (v128.load offset=32768 (local.get $at)))
          (local.set $low2 (v128.and (local.get $plane) (v128.const i8x16 15 15 15 15 15 15 15 15 15 15 15 15 15 15 15 15)))
          (local.set $high2 (i8x16.shr_u (local.get $plane) (i32.const 4)))
          (local.set $plane (v128.load offset=49152 (local.get $at)))
          (local.set $low3 (v128.and (local.get $plane) (v128.const i8x16 15 15 15 15 15 15 15 15 15 15 15 15 15 15 15 15)))
          (local.set $high3 (i8x16.shr_u (local.get $plane) (i32.const 4)))
          (local.set $plane (v128.load offset=65536 (local.get $at)))
          (local.set $low4 (v128.and (local.get $plane) (v128.const i8x16 15 15 15 15 15 15 15 15 15 15 15 15 15 15 15 15)))
          (local.set $high4 (i8x16.shr_u (local.get $plane) (i32.const 4)))
          (local.set $plane (v128.load offset=81920 (local.get $at)))
          (local.set $low5 (v128.and (local.get $plane) (v128.const i8x16 15 15 15 15 15 15 15 15 15 15 15 15 15 15 15 15)))
          (local.set $high5 (i8x16.shr_u (local.get $plane) (i32.const 4)))
          (local.set $plane (v128.load offset=98304 (local.get $at)))
          (local.set $low6 (v128.and (local.get $plane) (v128.const i8x16 15 15 15 15 15 15 15 15 15 15 15 15 15 15 15 15)))
          (local.set $high6 (i8x16.shr_u (local.get $plane) (i32.const 4)))
          (local.set $plane (v128.load offset=114688 (local.get $at)))
          (local.set $low7 (v128.and (local.get $plane) (v128.const i8x16 15 15 15 15 15 15 15 15 15 15 15 15 15 15 15 15)))
          (local.set $high7 (i8x16.shr_u (local.get $plane) (i32.const 4)))
          (local.set $number (i32.const 0))
          (local.set $form (i32.const 0))
          (loop $nextForm
            (local.set $near
              (i8x16.bitmask
                (i8x16.lt_u
                  (i8x16.add
                    (i8x16.add
                      (i8x16.add
                        (i8x16.add
                          (i8x16.relaxed_swizzle (v128.load offset=0 (local.get $form)) (local.get $low0))
                          (i8x16.relaxed_swizzle (v128.load offset=16 (local.get $form)) (local.get $high0)))
                        (i8x16.add
                          (i8x16.relaxed_swizzle (v128.load offset=32 (local.get $form)) (local.get $low1))
                          (i8x16.relaxed_swizzle (v128.load offset=48 (local.get $form)) (local.get $high1))))
                      (i8x16.add
                        (i8x16.add
                          (i8x16.relaxed_swizzle (v128.load offset=64 (local.get $form)) (local.get $low2))
                          (i8x16.relaxed_swizzle (v128.load offset=80 (local.get $form)) (local.get $high2)))
                        (i8x16.add
                          (i8x16.relaxed_swizzle (v128.load offset=96 (local.get $form)) (local.get $low3))
                          (i8x16.relaxed_swizzle (v128.load offset=112 (local.get $form)) (local.get $high3)))))
                    (i8x16.add
                      (i8x16.add
                        (i8x16.add
                          (i8x16.relaxed_swizzle (v128.load offset=128 (local.get $form)) (local.get $low4))
                          (i8x16.relaxed_swizzle (v128.load offset=144 (local.get $form)) (local.get $high4)))
                        (i8x16.add
                          (i8x16.relaxed_swizzle (v128.load offset=160 (local.get $form)) (local.get $low5))
                          (i8x16.relaxed_swizzle (v128.load offset=176 (local.get $form)) (local.get $high5))))
                      (i8x16.add
                        (i8x16.add
                          (i8x16.relaxed_swizzle (v128.load offset=192 (local.get $form)) (local.get $low6))
                          (i8x16.relaxed_swizzle (v128.load offset=208 (local.get $form)) (local.get $high6)))
                        (i8x16.add
                          (i8x16.relaxed_swizzle (v128.load offset=224 (local.get $form)) (local.get $low7))
                          (i8x16.relaxed_swizzle (v128.load offset=240 (local.get $form)) (local.get $high7))))))
                  (v128.load offset=256 (local.get $form)))))
            (if (local.get $near)
              (then
                (loop $nextNear
                  (local.set $at (i32.add (local.get $place) (i32.ctz (local.get $near))))
                  (if (i32.lt_u (local.get $at) (local.get $end))
                    (then
                      (local.set $match
                        (call $compare
                          (i32.add (local.get $chunk) (i32.const 131072))
                          (local.get $at) (local.get $form) (local.get $number) (local.get $match)))))
                  (br_if $nextNear
                    (local.tee $near (i32.and (local.get $near) (i32.sub (local.get $near) (i32.const 1))))))))
            (local.set $form (i32.add (local.get $form) (i32.const 384)))
            (local.set $number (i32.add (local.get $number) (i32.const 1)))
            (br_if $nextForm (i32.lt_u (local.get $number) (local.get $forms))))
          (local.set $place (i32.add (local.get $place) (i32.const 16)))
          (br $nextPlaces))))
    (i32.shr_u (i32.sub (local.get $match) (i32.const 65536)) (i32.const 3)))

  ;; Makes the sketches of the hashes from $place up to $end: bytes 0, 2, 4 to 14 of each, the lower half of eight rows.
  (func (export "sketch") (param $chunk i32) (param $place i32) (param $end i32)
    (local $at i32) (local $to i32)
    (loop $next
      (if (i32.lt_u (local.get $place) (local.get $end))
        (then
          (local.set $at
            (i32.add (i32.add (local.get $chunk) (i32.const 131072)) (i32.shl (local.get $place) (i32.const 5))))
          (local.set $to (i32.add (local.get $chunk) (local.get $place)))
          (i32.store8 offset=0 (local.get $to) (i32.load8_u offset=0 (local.get $at)))
          (i32.store8 offset=16384 (local.get $to) (i32.load8_u offset=2 (local.get $at)))
          (i32.store8 offset=32768 (local.get $to) (i32.load8_u offset=4 (local.get $at)))
          (i32.store8 offset=49152 (local.get $to) (i32.load8_u offset=6 (local.get $at)))
          (i32.store8 offset=65536 (local.get $to) (i32.load8_u offset=8 (local.get $at)))
          (i32.store8 offset=81920 (local.get $to) (i32.load8_u offset=10 (local.get $at)))
          (i32.store8 offset=98304 (local.get $to) (i32.load8_u offset=12 (local.get $at)))
          (i32.store8 offset=114688 (local.get $to) (i32.load8_u offset=14 (local.get $at)))
          (local.set $place (i32.add (local.get $place) (i32.const 1)))
          (br $next))))))
