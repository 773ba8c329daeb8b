;; Finds, among held bits of perceptual hashes, those within a Hamming radius of wanted ones.
;;
;; A sketch is the 8 rows of 8 lowest frequencies, 64 bits; the first six rows are compared first. The lead is the eight
;; bits of it that copies change least. Sixteen hashes, one after another from a multiple of 16, are a group. Of each group is
;; known what its leads have in common: where they agree with a wanted one too little, the group is passed over.
;;
;; Memory, in bytes:
;;        0   members, 336 each, 64 at most:
;;              0   16 tables of 16, for the lower and the upper half of each row: in how many bits does a value differ
;;            256   16 times each: how many bits the first six rows may differ in; all rows; the lead; all rows on a shelf
;;            320   number of the wanted form; how many bits the lead may differ in; lead and shelf together; the shelf (i32)
;;    24576   members that a scan compares with, 48 each: 16 times each how many bits of the lead, and of all rows, may
;;            differ; where the member is (i32)
;;    28672   what was fetched ahead, so that it counts as used (i32)
;;    32768   wanted forms, 48 each, 64 at most: 32 bytes of perceptual hash, the radius (i32)
;;    36864   groups to be looked at: place of the chosen member in memory (i32, upper 26 bits) and group of 64 (lower 6)
;;    36864   what has near rows, 32 each: in how many bits the first six rows of sixteen differ; place; where the chosen member
;;            is in memory (i32); 512 at most
;;    65536   matches of the last call, 8 each: place (i32, upper 24 bits) and form (lower 8), distance in bits (i32)
;;  1114112   chunks of 657408 each: sketches of 1024 groups, 128 bytes each (row by row, a byte of each of the sixteen), then
;;            16384 perceptual hashes of 32, then of all groups the lead of one, and which bits of the lead all have in common
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

  ;; Of what is written down from 65536 up to $end, keeps what is near enough, and writes its distance beside it. All of it is
  ;; touched first, so that many are fetched from memory at a time. Returns where that ends.
  (func $settle (param $chunk i32) (param $end i32) (result i32)
    (local $touched i32) (local $at i32) (local $match i32) (local $entry i32) (local $form i32) (local $distance i32)
    (local.set $at (i32.const 65536))
    (loop $next
      (if (i32.lt_u (local.get $at) (local.get $end))
        (then
          (local.set $touched
            (i32.add
              (local.get $touched)
              (i32.load offset=131072
                (i32.add
                  (local.get $chunk)
                  (i32.shl (i32.shr_u (i32.load (local.get $at)) (i32.const 8)) (i32.const 5))))))
          (local.set $at (i32.add (local.get $at) (i32.const 8)))
          (br $next))))
    (i32.store (i32.const 28672) (local.get $touched))
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

  ;; Writes down, at $match, what has a near sketch among that with near rows from 36864 up to $last. Without a branch for the
  ;; first of sixteen: one in two has none, and would be guessed wrong as often. Returns where the next one goes.
  (func $weigh (param $chunk i32) (param $end i32) (param $last i32) (param $match i32) (result i32)
    (local $at i32) (local $chosen i32) (local $member i32) (local $there i32) (local $sketches i32) (local $place i32)
    (local $near i32)
    (local $plane v128) (local $sum v128) (local $low v128)
    (local.set $low (v128.const i8x16 15 15 15 15 15 15 15 15 15 15 15 15 15 15 15 15))
    (local.set $at (i32.const 36864))
    (loop $next
      (if (i32.lt_u (local.get $at) (local.get $last))
        (then
          (local.set $sum (v128.load (local.get $at)))
          (local.set $there (i32.load offset=16 (local.get $at)))
          (local.set $chosen (i32.load offset=20 (local.get $at)))
          (local.set $member (i32.load offset=32 (local.get $chosen)))
          (local.set $sketches (i32.add (local.get $chunk) (i32.shl (local.get $there) (i32.const 3))))
          (local.set $near
            (i8x16.bitmask (i8x16.le_u (local.get $sum) (v128.load offset=256 (local.get $member)))))
          (local.set $plane (v128.load offset=96 (local.get $sketches)))
          (local.set $sum
            (i8x16.add
            (local.get $sum)
            (i8x16.add
              (i8x16.relaxed_swizzle
                (v128.load offset=192 (local.get $member))
                (v128.and (local.get $plane) (local.get $low)))
              (i8x16.relaxed_swizzle
                (v128.load offset=208 (local.get $member))
                (v128.and (i16x8.shr_u (local.get $plane) (i32.const 4)) (local.get $low))))))
          (local.set $plane (v128.load offset=112 (local.get $sketches)))
          (local.set $sum
            (i8x16.add
            (local.get $sum)
            (i8x16.add
              (i8x16.relaxed_swizzle
                (v128.load offset=224 (local.get $member))
                (v128.and (local.get $plane) (local.get $low)))
              (i8x16.relaxed_swizzle
                (v128.load offset=240 (local.get $member))
                (v128.and (i16x8.shr_u (local.get $plane) (i32.const 4)) (local.get $low))))))
          (local.set $near
            (i32.and
              (local.get $near)
              (i8x16.bitmask (i8x16.le_u (local.get $sum) (v128.load offset=16 (local.get $chosen))))))
          (loop $nextMatch
            (local.set $place (i32.add (local.get $there) (i32.ctz (local.get $near))))
            (i32.store
              (local.get $match)
              (i32.or (i32.shl (local.get $place) (i32.const 8)) (i32.load offset=320 (local.get $member))))
            (local.set $match
              (i32.add
                (local.get $match)
                (i32.shl
                  (i32.and
                    (i32.lt_u (local.get $place) (local.get $end))
                    (i32.ne (local.get $near) (i32.const 0)))
                  (i32.const 3))))
            (br_if $nextMatch
              (local.tee $near (i32.and (local.get $near) (i32.sub (local.get $near) (i32.const 1))))))
          (local.set $at (i32.add (local.get $at) (i32.const 32)))
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

  ;; Chooses those of the first $members members that anything on a shelf can be near to; all of them where $shelf is below 0,
  ;; for none. Returns where the list ends.
  (func $choose (param $members i32) (param $shelf i32) (result i32)
    (local $member i32) (local $chosen i32) (local $most i32) (local $sketch v128)
    (local.set $chosen (i32.const 24576))
    (local.set $members (i32.mul (local.get $members) (i32.const 336)))
    (loop $next
      (if (i32.lt_u (local.get $member) (local.get $members))
        (then
          (if (i32.lt_s (local.get $shelf) (i32.const 0))
            (then
              (local.set $most (i32.load offset=324 (local.get $member)))
              (local.set $sketch (v128.load offset=272 (local.get $member))))
            (else
              (local.set $most
                (i32.sub
                  (i32.load offset=328 (local.get $member))
                  (i32.popcnt (i32.xor (local.get $shelf) (i32.load offset=332 (local.get $member))))))
              (local.set $sketch (v128.load offset=304 (local.get $member)))))
          (if (i32.ge_s (local.get $most) (i32.const 0))
            (then
              (v128.store offset=0 (local.get $chosen) (i8x16.splat (local.get $most)))
              (v128.store offset=16 (local.get $chosen) (local.get $sketch))
              (i32.store offset=32 (local.get $chosen) (local.get $member))
              (local.set $chosen (i32.add (local.get $chosen) (i32.const 48)))))
          (local.set $member (i32.add (local.get $member) (i32.const 336)))
          (br $next))))
    (local.get $chosen))

  ;; The same with the first $members members: of 64 groups those whose leads are near; of these what has a near sketch is
  ;; written down, and compared afterwards. $place is a multiple of 1024; $shelf is below 0 for none.
  (func (export "scanSketches")
    (param $chunk i32) (param $place i32) (param $end i32) (param $members i32) (param $shelf i32) (result i32)
    (local $chosen i32) (local $member i32) (local $last i32) (local $match i32) (local $at i32) (local $there i32)
    (local $leads i32) (local $entry i32)
    (local $left i64) (local $groups i64) (local $lead v128) (local $most v128) (local $plane v128) (local $sum v128)
    (local $near v128) (local $low v128)
    ;; In a local: a constant inside the loop is fetched anew each time.
    (local.set $low (v128.const i8x16 15 15 15 15 15 15 15 15 15 15 15 15 15 15 15 15))
    (local.set $match (i32.const 65536))
    (local.set $last (call $choose (local.get $members) (local.get $shelf)))
    (if (i32.eq (local.get $last) (i32.const 24576)) (then (return (i32.const 0))))
    (local.set $entry (i32.const 36864))
    (loop $nextGroups
      (if (i32.lt_u (local.get $place) (local.get $end))
        (then
          (local.set $leads (i32.add (local.get $chunk) (i32.shr_u (local.get $place) (i32.const 4))))
          ;; A bit for each group that there is.
          (local.set $left
            (i64.extend_i32_u
              (i32.shr_u (i32.add (i32.sub (local.get $end) (local.get $place)) (i32.const 15)) (i32.const 4))))
          (local.set $left
            (select
              (i64.const -1)
              (i64.sub (i64.shl (i64.const 1) (local.get $left)) (i64.const 1))
              (i64.ge_u (local.get $left) (i64.const 64))))
          (local.set $chosen (i32.const 24576))
          (loop $nextMember
            (local.set $member (i32.load offset=32 (local.get $chosen)))
            (local.set $lead (v128.load offset=288 (local.get $member)))
            (local.set $most (v128.load offset=0 (local.get $chosen)))
            (local.set $groups
              (i64.and
                (local.get $left)
                (i64.or
                  (i64.or
                    (i64.extend_i32_u
                      (i8x16.bitmask
                        (i8x16.le_u
                          (i8x16.popcnt
                            (v128.and
                              (v128.xor (v128.load offset=655360 (local.get $leads)) (local.get $lead))
                              (v128.load offset=656384 (local.get $leads))))
                          (local.get $most))))
                    (i64.shl
                      (i64.extend_i32_u
                        (i8x16.bitmask
                          (i8x16.le_u
                            (i8x16.popcnt
                              (v128.and
                                (v128.xor (v128.load offset=655376 (local.get $leads)) (local.get $lead))
                                (v128.load offset=656400 (local.get $leads))))
                            (local.get $most))))
                      (i64.const 16)))
                  (i64.or
                    (i64.shl
                      (i64.extend_i32_u
                        (i8x16.bitmask
                          (i8x16.le_u
                            (i8x16.popcnt
                              (v128.and
                                (v128.xor (v128.load offset=655392 (local.get $leads)) (local.get $lead))
                                (v128.load offset=656416 (local.get $leads))))
                            (local.get $most))))
                      (i64.const 32))
                    (i64.shl
                      (i64.extend_i32_u
                        (i8x16.bitmask
                          (i8x16.le_u
                            (i8x16.popcnt
                              (v128.and
                                (v128.xor (v128.load offset=655408 (local.get $leads)) (local.get $lead))
                                (v128.load offset=656432 (local.get $leads))))
                            (local.get $most))))
                      (i64.const 48))))))
            (loop $nextGroup
              (if (i64.ne (local.get $groups) (i64.const 0))
                (then
                  (local.set $there
                    (i32.add (local.get $place) (i32.shl (i32.wrap_i64 (i64.ctz (local.get $groups))) (i32.const 4))))
                  (local.set $at (i32.add (local.get $chunk) (i32.shl (local.get $there) (i32.const 3))))
                  (local.set $plane (v128.load (local.get $at)))
                  (local.set $sum
                    (i8x16.add
                      (i8x16.relaxed_swizzle
                        (v128.load offset=0 (local.get $member))
                        (v128.and (local.get $plane) (local.get $low)))
                      (i8x16.relaxed_swizzle
                        (v128.load offset=16 (local.get $member))
                        (v128.and (i16x8.shr_u (local.get $plane) (i32.const 4)) (local.get $low)))))
                  (local.set $plane (v128.load offset=16 (local.get $at)))
                  (local.set $sum
                    (i8x16.add
                    (local.get $sum)
                    (i8x16.add
                      (i8x16.relaxed_swizzle
                        (v128.load offset=32 (local.get $member))
                        (v128.and (local.get $plane) (local.get $low)))
                      (i8x16.relaxed_swizzle
                        (v128.load offset=48 (local.get $member))
                        (v128.and (i16x8.shr_u (local.get $plane) (i32.const 4)) (local.get $low))))))
                  (local.set $plane (v128.load offset=32 (local.get $at)))
                  (local.set $sum
                    (i8x16.add
                    (local.get $sum)
                    (i8x16.add
                      (i8x16.relaxed_swizzle
                        (v128.load offset=64 (local.get $member))
                        (v128.and (local.get $plane) (local.get $low)))
                      (i8x16.relaxed_swizzle
                        (v128.load offset=80 (local.get $member))
                        (v128.and (i16x8.shr_u (local.get $plane) (i32.const 4)) (local.get $low))))))
                  (local.set $plane (v128.load offset=48 (local.get $at)))
                  (local.set $sum
                    (i8x16.add
                    (local.get $sum)
                    (i8x16.add
                      (i8x16.relaxed_swizzle
                        (v128.load offset=96 (local.get $member))
                        (v128.and (local.get $plane) (local.get $low)))
                      (i8x16.relaxed_swizzle
                        (v128.load offset=112 (local.get $member))
                        (v128.and (i16x8.shr_u (local.get $plane) (i32.const 4)) (local.get $low))))))
                  (local.set $plane (v128.load offset=64 (local.get $at)))
                  (local.set $sum
                    (i8x16.add
                    (local.get $sum)
                    (i8x16.add
                      (i8x16.relaxed_swizzle
                        (v128.load offset=128 (local.get $member))
                        (v128.and (local.get $plane) (local.get $low)))
                      (i8x16.relaxed_swizzle
                        (v128.load offset=144 (local.get $member))
                        (v128.and (i16x8.shr_u (local.get $plane) (i32.const 4)) (local.get $low))))))
                  (local.set $plane (v128.load offset=80 (local.get $at)))
                  (local.set $sum
                    (i8x16.add
                    (local.get $sum)
                    (i8x16.add
                      (i8x16.relaxed_swizzle
                        (v128.load offset=160 (local.get $member))
                        (v128.and (local.get $plane) (local.get $low)))
                      (i8x16.relaxed_swizzle
                        (v128.load offset=176 (local.get $member))
                        (v128.and (i16x8.shr_u (local.get $plane) (i32.const 4)) (local.get $low))))))
                  ;; One in five is near so far: written down without a branch, which would be guessed wrong that often.
                  (v128.store (local.get $entry) (local.get $sum))
                  (i32.store offset=16 (local.get $entry) (local.get $there))
                  (i32.store offset=20 (local.get $entry) (local.get $chosen))
                  (local.set $entry
                    (i32.add
                      (local.get $entry)
                      (i32.shl
                        (v128.any_true
                          (i8x16.le_u (local.get $sum) (v128.load offset=256 (local.get $member))))
                        (i32.const 5))))
                  (local.set $groups (i64.and (local.get $groups) (i64.sub (local.get $groups) (i64.const 1))))
                  (br $nextGroup))))
            ;; Unless there is room for another 64.
            (if (i32.gt_u (local.get $entry) (i32.const 51168))
              (then
                (local.set $match
                  (call $weigh (local.get $chunk) (local.get $end) (local.get $entry) (local.get $match)))
                (local.set $entry (i32.const 36864))))
            (br_if $nextMember
              (i32.lt_u
                (local.tee $chosen (i32.add (local.get $chosen) (i32.const 48)))
                (local.get $last))))
          (local.set $place (i32.add (local.get $place) (i32.const 1024)))
          (br $nextGroups))))
    (local.set $match (call $weigh (local.get $chunk) (local.get $end) (local.get $entry) (local.get $match)))
    (i32.shr_u (i32.sub (call $settle (local.get $chunk) (local.get $match)) (i32.const 65536)) (i32.const 3)))

  ;; The lead of a perceptual hash: rows and columns of frequencies 0,1 and 0,2; 2,1 to 2,4; 1,0; 3,3.
  (func $lead (param $at i32) (result i32)
    (i32.or
      (i32.or
        (i32.shl (i32.and (i32.load8_u offset=0 (local.get $at)) (i32.const 0x60)) (i32.const 1))
        (i32.shr_u (i32.and (i32.load8_u offset=4 (local.get $at)) (i32.const 0x78)) (i32.const 1)))
      (i32.or
        (i32.shr_u (i32.and (i32.load8_u offset=2 (local.get $at)) (i32.const 0x80)) (i32.const 6))
        (i32.shr_u (i32.and (i32.load8_u offset=6 (local.get $at)) (i32.const 0x10)) (i32.const 4)))))

  ;; Makes a member of a wanted form: what its bits may differ in at most is given, and for shelves its own, $onShelf for all
  ;; rows, and $most for the lead and the shelf together.
  (func (export "want")
    (param $number i32) (param $low i32) (param $sketch i32) (param $leadBits i32)
    (param $shelf i32) (param $onShelf i32) (param $most i32)
    (local $form i32) (local $member i32) (local $row i32) (local $byte i32) (local $to i32)
    (local.set $form (i32.add (i32.const 32768) (i32.mul (local.get $number) (i32.const 48))))
    (local.set $member (i32.mul (local.get $number) (i32.const 336)))
    (local.set $to (local.get $member))
    (loop $nextRow
      (local.set $byte (i32.load8_u (i32.add (local.get $form) (i32.shl (local.get $row) (i32.const 1)))))
      (v128.store offset=0
        (local.get $to)
        (i8x16.popcnt
          (v128.xor
            (i8x16.splat (i32.and (local.get $byte) (i32.const 15)))
            (v128.const i8x16 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15))))
      (v128.store offset=16
        (local.get $to)
        (i8x16.popcnt
          (v128.xor
            (i8x16.splat (i32.shr_u (local.get $byte) (i32.const 4)))
            (v128.const i8x16 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15))))
      (local.set $to (i32.add (local.get $to) (i32.const 32)))
      (br_if $nextRow (i32.lt_u (local.tee $row (i32.add (local.get $row) (i32.const 1))) (i32.const 8))))
    (v128.store offset=256 (local.get $member) (i8x16.splat (local.get $low)))
    (v128.store offset=272 (local.get $member) (i8x16.splat (local.get $sketch)))
    (v128.store offset=288 (local.get $member) (i8x16.splat (call $lead (local.get $form))))
    (v128.store offset=304 (local.get $member) (i8x16.splat (local.get $onShelf)))
    (i32.store offset=320 (local.get $member) (local.get $number))
    (i32.store offset=324 (local.get $member) (local.get $leadBits))
    (i32.store offset=328 (local.get $member) (local.get $most))
    (i32.store offset=332 (local.get $member) (local.get $shelf)))

  ;; Makes sketches and leads from $place up to $end. With $fresh, nothing is held from $place on, and the first of a group
  ;; stands for it alone; without, hashes were written over, and what was common to a group is so no more where they differ.
  (func (export "sketch") (param $chunk i32) (param $place i32) (param $end i32) (param $fresh i32)
    (local $at i32) (local $to i32) (local $lead i32)
    (loop $next
      (if (i32.lt_u (local.get $place) (local.get $end))
        (then
          (local.set $at
            (i32.add (i32.add (local.get $chunk) (i32.const 131072)) (i32.shl (local.get $place) (i32.const 5))))
          (local.set $to
            (i32.add
              (i32.add (local.get $chunk) (i32.shl (i32.shr_u (local.get $place) (i32.const 4)) (i32.const 7)))
              (i32.and (local.get $place) (i32.const 15))))
          (i32.store8 offset=0 (local.get $to) (i32.load8_u offset=0 (local.get $at)))
          (i32.store8 offset=16 (local.get $to) (i32.load8_u offset=2 (local.get $at)))
          (i32.store8 offset=32 (local.get $to) (i32.load8_u offset=4 (local.get $at)))
          (i32.store8 offset=48 (local.get $to) (i32.load8_u offset=6 (local.get $at)))
          (i32.store8 offset=64 (local.get $to) (i32.load8_u offset=8 (local.get $at)))
          (i32.store8 offset=80 (local.get $to) (i32.load8_u offset=10 (local.get $at)))
          (i32.store8 offset=96 (local.get $to) (i32.load8_u offset=12 (local.get $at)))
          (i32.store8 offset=112 (local.get $to) (i32.load8_u offset=14 (local.get $at)))
          (local.set $lead (call $lead (local.get $at)))
          (local.set $to (i32.add (local.get $chunk) (i32.shr_u (local.get $place) (i32.const 4))))
          (if (i32.and (local.get $fresh) (i32.eqz (i32.and (local.get $place) (i32.const 15))))
            (then
              (i32.store8 offset=655360 (local.get $to) (local.get $lead))
              (i32.store8 offset=656384 (local.get $to) (i32.const 255)))
            (else
              (i32.store8 offset=656384
                (local.get $to)
                (i32.and
                  (i32.load8_u offset=656384 (local.get $to))
                  (i32.xor
                    (i32.const 255)
                    (i32.xor (local.get $lead) (i32.load8_u offset=655360 (local.get $to))))))))
          (local.set $place (i32.add (local.get $place) (i32.const 1)))
          (br $next)))))

  ;; The lead of the hash at $place.
  (func (export "leadAt") (param $chunk i32) (param $place i32) (result i32)
    (call $lead
      (i32.add (i32.add (local.get $chunk) (i32.const 131072)) (i32.shl (local.get $place) (i32.const 5))))))
