;; Finds, among held bits of perceptual hashes, those within a Hamming radius of wanted ones.
;;
;; A sketch is the 8 rows of 8 lowest frequencies, 64 bits. In each row those of even columns come first (upper half of a
;; byte), then those of odd ones. Mirrored left to right, a picture has the other sign at odd columns; upside down, at odd rows;
;; turned by half, at those of which one is odd. So the distances of a sketch from up to four wanted ones, a "family", come
;; from the same four sums: of bits that differ at even rows and columns, at odd columns, at odd rows, and at both odd.
;;
;; Memory, in bytes:
;;        0   families, 384 each, 64 at most:
;;              0   16 tables of 16, for the lower and the upper half of each row: in how many bits does a value differ
;;            256   16 times each, what the distance must be below: as it is; and less 32 for mirrored, upside down, turned
;;            320   numbers of the four wanted forms (i32)
;;    32768   wanted forms, 48 each, 64 at most: 32 bytes of perceptual hash, the radius (i32)
;;    40960   by byte of a row: its even columns, then its odd ones
;;    65536   matches of the last call, 8 each: place (i32, upper 24 bits) and form (lower 8), distance in bits (i32)
;;  1114112   chunks of 655360 each: 8 planes of 16384 (row n of all sketches is plane n), then 16384 perceptual hashes of 32
(module
  (memory (export "memory") 17)

  ;; Distance of the perceptual hash at $place of a chunk from the wanted form at $form.
  (func $distance (param $chunk i32) (param $place i32) (param $form i32) (result i32)
    (local $at i32)
    (local.set $at
      (i32.add (i32.add (local.get $chunk) (i32.const 131072)) (i32.shl (local.get $place) (i32.const 5))))
    (i32.wrap_i64
      (i64.add
        (i64.add
          (i64.popcnt (i64.xor (i64.load (local.get $at)) (i64.load (local.get $form))))
          (i64.popcnt (i64.xor (i64.load offset=8 (local.get $at)) (i64.load offset=8 (local.get $form)))))
        (i64.add
          (i64.popcnt (i64.xor (i64.load offset=16 (local.get $at)) (i64.load offset=16 (local.get $form))))
          (i64.popcnt (i64.xor (i64.load offset=24 (local.get $at)) (i64.load offset=24 (local.get $form))))))))

  ;; Of what is written down from 65536 up to $end, keeps what is near enough, and writes its distance beside it. Without a
  ;; branch, so that one is fetched from memory while others are waited for. Returns where that ends.
  (func $settle (param $chunk i32) (param $end i32) (result i32)
    (local $at i32) (local $match i32) (local $entry i32) (local $form i32) (local $distance i32)
    (local.set $at (i32.const 65536))
    (local.set $match (i32.const 65536))
    (loop $next
      (if (i32.lt_u (local.get $at) (local.get $end))
        (then
          (local.set $entry (i32.load (local.get $at)))
          (local.set $form
            (i32.add (i32.const 32768) (i32.mul (i32.and (local.get $entry) (i32.const 255)) (i32.const 48))))
          (local.set $distance
            (call $distance (local.get $chunk) (i32.shr_u (local.get $entry) (i32.const 8)) (local.get $form)))
          (i32.store (local.get $match) (local.get $entry))
          (i32.store offset=4 (local.get $match) (local.get $distance))
          (local.set $match
            (i32.add
              (local.get $match)
              (i32.shl (i32.le_u (local.get $distance) (i32.load offset=32 (local.get $form))) (i32.const 3))))
          (local.set $at (i32.add (local.get $at) (i32.const 8)))
          (br $next))))
    (local.get $match))

  ;; Writes down, at $match, each of sixteen places from $place on whose bit is set in $near. Returns where the next one goes.
  (func $note (param $place i32) (param $end i32) (param $near i32) (param $number i32) (param $match i32) (result i32)
    (local $at i32)
    (loop $next
      (if (local.get $near)
        (then
          (local.set $at (i32.add (local.get $place) (i32.ctz (local.get $near))))
          (if (i32.lt_u (local.get $at) (local.get $end))
            (then
              (i32.store (local.get $match) (i32.or (i32.shl (local.get $at) (i32.const 8)) (local.get $number)))
              (local.set $match (i32.add (local.get $match) (i32.const 8)))))
          (local.set $near (i32.and (local.get $near) (i32.sub (local.get $near) (i32.const 1))))
          (br $next))))
    (local.get $match))

  ;; Compares what is from $place up to, not including, $end of the chunk at $chunk with the first $forms wanted forms.
  ;; Returns how many matches there are.
  (func (export "scan") (param $chunk i32) (param $place i32) (param $end i32) (param $forms i32) (result i32)
    (local $number i32) (local $match i32) (local $form i32) (local $distance i32)
    (local.set $match (i32.const 65536))
    (loop $nextPlace
      (if (i32.lt_u (local.get $place) (local.get $end))
        (then
          (local.set $number (i32.const 0))
          (loop $nextForm
            (local.set $form (i32.add (i32.const 32768) (i32.mul (local.get $number) (i32.const 48))))
            (local.set $distance (call $distance (local.get $chunk) (local.get $place) (local.get $form)))
            (if (i32.le_u (local.get $distance) (i32.load offset=32 (local.get $form)))
              (then
                (i32.store (local.get $match) (i32.or (i32.shl (local.get $place) (i32.const 8)) (local.get $number)))
                (i32.store offset=4 (local.get $match) (local.get $distance))
                (local.set $match (i32.add (local.get $match) (i32.const 8)))))
            (local.set $number (i32.add (local.get $number) (i32.const 1)))
            (br_if $nextForm (i32.lt_u (local.get $number) (local.get $forms))))
          (local.set $place (i32.add (local.get $place) (i32.const 1)))
          (br $nextPlace))))
    (i32.shr_u (i32.sub (local.get $match) (i32.const 65536)) (i32.const 3)))

  ;; The same with the first $families families: sixteen places at a time, what has a near sketch is written down, and
  ;; compared afterwards. $place is a multiple of 16.
  (func (export "scanSketches") (param $chunk i32) (param $place i32) (param $end i32) (param $families i32) (result i32)
    (local $family i32) (local $last i32) (local $match i32) (local $at i32) (local $plane v128)
    (local $low0 v128) (local $high0 v128)
    (local $low1 v128) (local $high1 v128)
    (local $low2 v128) (local $high2 v128)
    (local $low3 v128) (local $high3 v128)
    (local $low4 v128) (local $high4 v128)
    (local $low5 v128) (local $high5 v128)
    (local $low6 v128) (local $high6 v128)
    (local $low7 v128) (local $high7 v128)
    (local $even v128) (local $columns v128) (local $rows v128) (local $both v128)
    (local $near0 v128) (local $near1 v128) (local $near2 v128) (local $near3 v128)
    (local.set $match (i32.const 65536))
    (local.set $last (i32.mul (local.get $families) (i32.const 384)))
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
          (local.set $family (i32.const 0))
          (loop $nextFamily
            (local.set $even
              (i8x16.add
                (i8x16.add
                  (i8x16.relaxed_swizzle (v128.load offset=16 (local.get $family)) (local.get $high0))
                  (i8x16.relaxed_swizzle (v128.load offset=80 (local.get $family)) (local.get $high2)))
                (i8x16.add
                  (i8x16.relaxed_swizzle (v128.load offset=144 (local.get $family)) (local.get $high4))
                  (i8x16.relaxed_swizzle (v128.load offset=208 (local.get $family)) (local.get $high6)))))
            (local.set $columns
              (i8x16.add
                (i8x16.add
                  (i8x16.relaxed_swizzle (v128.load offset=0 (local.get $family)) (local.get $low0))
                  (i8x16.relaxed_swizzle (v128.load offset=64 (local.get $family)) (local.get $low2)))
                (i8x16.add
                  (i8x16.relaxed_swizzle (v128.load offset=128 (local.get $family)) (local.get $low4))
                  (i8x16.relaxed_swizzle (v128.load offset=192 (local.get $family)) (local.get $low6)))))
            (local.set $rows
              (i8x16.add
                (i8x16.add
                  (i8x16.relaxed_swizzle (v128.load offset=48 (local.get $family)) (local.get $high1))
                  (i8x16.relaxed_swizzle (v128.load offset=112 (local.get $family)) (local.get $high3)))
                (i8x16.add
                  (i8x16.relaxed_swizzle (v128.load offset=176 (local.get $family)) (local.get $high5))
                  (i8x16.relaxed_swizzle (v128.load offset=240 (local.get $family)) (local.get $high7)))))
            (local.set $both
              (i8x16.add
                (i8x16.add
                  (i8x16.relaxed_swizzle (v128.load offset=32 (local.get $family)) (local.get $low1))
                  (i8x16.relaxed_swizzle (v128.load offset=96 (local.get $family)) (local.get $low3)))
                (i8x16.add
                  (i8x16.relaxed_swizzle (v128.load offset=160 (local.get $family)) (local.get $low5))
                  (i8x16.relaxed_swizzle (v128.load offset=224 (local.get $family)) (local.get $low7)))))
            (local.set $near0
              (i8x16.lt_u
                (i8x16.add
                  (i8x16.add (local.get $even) (local.get $columns))
                  (i8x16.add (local.get $rows) (local.get $both)))
                (v128.load offset=256 (local.get $family))))
            (local.set $near1
              (i8x16.lt_s
                (i8x16.sub
                  (i8x16.add (local.get $even) (local.get $rows))
                  (i8x16.add (local.get $columns) (local.get $both)))
                (v128.load offset=272 (local.get $family))))
            (local.set $near2
              (i8x16.lt_s
                (i8x16.sub
                  (i8x16.add (local.get $even) (local.get $columns))
                  (i8x16.add (local.get $rows) (local.get $both)))
                (v128.load offset=288 (local.get $family))))
            (local.set $near3
              (i8x16.lt_s
                (i8x16.sub
                  (i8x16.add (local.get $even) (local.get $both))
                  (i8x16.add (local.get $columns) (local.get $rows)))
                (v128.load offset=304 (local.get $family))))
            (if
              (v128.any_true
                (v128.or
                  (v128.or (local.get $near0) (local.get $near1))
                  (v128.or (local.get $near2) (local.get $near3))))
              (then
                (local.set $match
                  (call $note
                    (local.get $place) (local.get $end)
                    (i8x16.bitmask (local.get $near0)) (i32.load offset=320 (local.get $family)) (local.get $match)))
                (local.set $match
                  (call $note
                    (local.get $place) (local.get $end)
                    (i8x16.bitmask (local.get $near1)) (i32.load offset=324 (local.get $family)) (local.get $match)))
                (local.set $match
                  (call $note
                    (local.get $place) (local.get $end)
                    (i8x16.bitmask (local.get $near2)) (i32.load offset=328 (local.get $family)) (local.get $match)))
                (local.set $match
                  (call $note
                    (local.get $place) (local.get $end)
                    (i8x16.bitmask (local.get $near3)) (i32.load offset=332 (local.get $family)) (local.get $match)))))
            (br_if $nextFamily
              (i32.lt_u
                (local.tee $family (i32.add (local.get $family) (i32.const 384)))
                (local.get $last))))
          (local.set $place (i32.add (local.get $place) (i32.const 16)))
          (br $nextPlaces))))
    (i32.shr_u (i32.sub (call $settle (local.get $chunk) (local.get $match)) (i32.const 65536)) (i32.const 3)))

  ;; Makes the sketches from $place up to $end: bytes 0, 2, 4 to 14 of each perceptual hash, even columns first.
  (func (export "sketch") (param $chunk i32) (param $place i32) (param $end i32)
    (local $at i32) (local $to i32)
    (loop $next
      (if (i32.lt_u (local.get $place) (local.get $end))
        (then
          (local.set $at
            (i32.add (i32.add (local.get $chunk) (i32.const 131072)) (i32.shl (local.get $place) (i32.const 5))))
          (local.set $to (i32.add (local.get $chunk) (local.get $place)))
          (i32.store8 offset=0 (local.get $to) (i32.load8_u offset=40960 (i32.load8_u offset=0 (local.get $at))))
          (i32.store8 offset=16384 (local.get $to) (i32.load8_u offset=40960 (i32.load8_u offset=2 (local.get $at))))
          (i32.store8 offset=32768 (local.get $to) (i32.load8_u offset=40960 (i32.load8_u offset=4 (local.get $at))))
          (i32.store8 offset=49152 (local.get $to) (i32.load8_u offset=40960 (i32.load8_u offset=6 (local.get $at))))
          (i32.store8 offset=65536 (local.get $to) (i32.load8_u offset=40960 (i32.load8_u offset=8 (local.get $at))))
          (i32.store8 offset=81920 (local.get $to) (i32.load8_u offset=40960 (i32.load8_u offset=10 (local.get $at))))
          (i32.store8 offset=98304 (local.get $to) (i32.load8_u offset=40960 (i32.load8_u offset=12 (local.get $at))))
          (i32.store8 offset=114688 (local.get $to) (i32.load8_u offset=40960 (i32.load8_u offset=14 (local.get $at))))
          (local.set $place (i32.add (local.get $place) (i32.const 1)))
          (br $next))))))
