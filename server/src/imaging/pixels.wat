;; The loops over every value of a raster. Values are bytes; 16 are worked on at once, so up to 47 behind the last one
;; are read and written as well.
(module
  (memory (export "memory") 30)

  ;; Adds a pattern of 48 values, up to 255, over and over.
  (func (export "raise")
    (param $at i32) (param $end i32) (param $pattern i32)
    (loop $through
      (v128.store (local.get $at)
        (i8x16.add_sat_u (v128.load (local.get $at)) (v128.load (local.get $pattern))))
      (v128.store offset=16 (local.get $at)
        (i8x16.add_sat_u (v128.load offset=16 (local.get $at)) (v128.load offset=16 (local.get $pattern))))
      (v128.store offset=32 (local.get $at)
        (i8x16.add_sat_u (v128.load offset=32 (local.get $at)) (v128.load offset=32 (local.get $pattern))))
      (br_if $through
        (i32.lt_u (local.tee $at (i32.add (local.get $at) (i32.const 48))) (local.get $end)))))

  ;; One row out of many, as 32-bit sums: 64 times each of the rows between the first and the last, those two times their
  ;; weights, 0 to 64. $rows is how many there are, the first and the last among them.
  (func $weigh (export "weigh")
    (param $from i32) (param $rows i32) (param $rowBytes i32) (param $firstWeight i32) (param $lastWeight i32)
    (param $to i32)
    (local $end i32) (local $last i32) (local $at i32) (local $row i32) (local $left i32)
    (local $values v128) (local $more v128) (local $low v128) (local $high v128) (local $one v128) (local $two v128)
    (local $a v128) (local $b v128) (local $c v128) (local $d v128)
    (local.set $one (i16x8.splat (local.get $firstWeight)))
    (local.set $two (i16x8.splat (local.get $lastWeight)))
    (local.set $end (i32.add (local.get $from) (local.get $rowBytes)))
    (local.set $last
      (i32.add (local.get $from)
        (i32.mul (i32.sub (local.get $rows) (i32.const 1)) (local.get $rowBytes))))
    (loop $columns
      (local.set $a (v128.const i64x2 0 0))
      (local.set $b (v128.const i64x2 0 0))
      (local.set $c (v128.const i64x2 0 0))
      (local.set $d (v128.const i64x2 0 0))
      (local.set $at (i32.add (local.get $from) (local.get $rowBytes)))
      (local.set $left (i32.sub (local.get $rows) (i32.const 2)))
      (block $added
        (br_if $added (i32.le_s (local.get $left) (i32.const 0)))
        (loop $chunks
          ;; So many fit 16 bits.
          (local.set $row (select (i32.const 256) (local.get $left) (i32.gt_s (local.get $left) (i32.const 256))))
          (local.set $left (i32.sub (local.get $left) (local.get $row)))
          (local.set $low (v128.const i64x2 0 0))
          (local.set $high (v128.const i64x2 0 0))
          (loop $down
            (local.set $values (v128.load (local.get $at)))
            (local.set $low (i16x8.add (local.get $low) (i16x8.extend_low_i8x16_u (local.get $values))))
            (local.set $high (i16x8.add (local.get $high) (i16x8.extend_high_i8x16_u (local.get $values))))
            (local.set $at (i32.add (local.get $at) (local.get $rowBytes)))
            (br_if $down (local.tee $row (i32.sub (local.get $row) (i32.const 1)))))
          (local.set $a (i32x4.add (local.get $a) (i32x4.extend_low_i16x8_u (local.get $low))))
          (local.set $b (i32x4.add (local.get $b) (i32x4.extend_high_i16x8_u (local.get $low))))
          (local.set $c (i32x4.add (local.get $c) (i32x4.extend_low_i16x8_u (local.get $high))))
          (local.set $d (i32x4.add (local.get $d) (i32x4.extend_high_i16x8_u (local.get $high))))
          (br_if $chunks (i32.gt_s (local.get $left) (i32.const 0)))))
      (local.set $values (v128.load (local.get $from)))
      (local.set $more (v128.load (local.get $last)))
      (local.set $low
        (i16x8.add
          (i16x8.mul (i16x8.extend_low_i8x16_u (local.get $values)) (local.get $one))
          (i16x8.mul (i16x8.extend_low_i8x16_u (local.get $more)) (local.get $two))))
      (local.set $high
        (i16x8.add
          (i16x8.mul (i16x8.extend_high_i8x16_u (local.get $values)) (local.get $one))
          (i16x8.mul (i16x8.extend_high_i8x16_u (local.get $more)) (local.get $two))))
      (v128.store (local.get $to)
        (i32x4.add (i32x4.shl (local.get $a) (i32.const 6)) (i32x4.extend_low_i16x8_u (local.get $low))))
      (v128.store offset=16 (local.get $to)
        (i32x4.add (i32x4.shl (local.get $b) (i32.const 6)) (i32x4.extend_high_i16x8_u (local.get $low))))
      (v128.store offset=32 (local.get $to)
        (i32x4.add (i32x4.shl (local.get $c) (i32.const 6)) (i32x4.extend_low_i16x8_u (local.get $high))))
      (v128.store offset=48 (local.get $to)
        (i32x4.add (i32x4.shl (local.get $d) (i32.const 6)) (i32x4.extend_high_i16x8_u (local.get $high))))
      (local.set $to (i32.add (local.get $to) (i32.const 64)))
      (local.set $last (i32.add (local.get $last) (i32.const 16)))
      (br_if $columns
        (i32.lt_u
          (local.tee $from (i32.add (local.get $from) (i32.const 16)))
          (local.get $end)))))

  ;; The 64 cells of a row of such sums (red, green, blue, red …). For each cell, $spans has four 32-bit numbers: where its
  ;; first pixel lies, how many pixels are whole behind it, the weight of the first, that of the one behind the whole ones.
  ;; Red, green, blue and luma go to four planes of 64-bit floats, 32768 bytes apart.
  (func $cells (export "cells") (param $sums i32) (param $spans i32) (param $to i32) (param $total f64)
    (local $end i32) (local $at i32) (local $pixel i32) (local $left i32) (local $whole v128) (local $right v128)
    (local $all v128) (local $first v128) (local $last v128) (local $redGreen v128) (local $blue v128)
    (local.set $all (f64x2.splat (local.get $total)))
    (local.set $end (i32.add (local.get $to) (i32.const 512)))
    (loop $along
      (local.set $at (i32.add (local.get $sums) (i32.load (local.get $spans))))
      (local.set $left (local.get $at))
      (local.set $whole (v128.const i64x2 0 0))
      (if (local.tee $pixel (i32.load offset=4 (local.get $spans)))
        (then
          (loop $pixels
            (local.set $at (i32.add (local.get $at) (i32.const 12)))
            (local.set $whole (i32x4.add (local.get $whole) (v128.load (local.get $at))))
            (br_if $pixels (local.tee $pixel (i32.sub (local.get $pixel) (i32.const 1)))))))
      (local.set $right (v128.load offset=12 (local.get $at)))
      (local.set $first (f64x2.splat (f64.convert_i32_u (i32.load offset=8 (local.get $spans)))))
      (local.set $last (f64x2.splat (f64.convert_i32_u (i32.load offset=12 (local.get $spans)))))
      (local.set $redGreen
        (f64x2.div
          (f64x2.add
            (f64x2.mul (f64x2.convert_low_i32x4_u (local.get $whole)) (v128.const f64x2 64 64))
            (f64x2.add
              (f64x2.mul (f64x2.convert_low_i32x4_u (v128.load (local.get $left))) (local.get $first))
              (f64x2.mul (f64x2.convert_low_i32x4_u (local.get $right)) (local.get $last))))
          (local.get $all)))
      (local.set $blue
        (f64x2.div
          (f64x2.add
            (f64x2.mul
              (f64x2.convert_low_i32x4_u
                (i8x16.shuffle 8 9 10 11 12 13 14 15 0 1 2 3 4 5 6 7 (local.get $whole) (local.get $whole)))
              (v128.const f64x2 64 64))
            (f64x2.add
              (f64x2.mul (f64x2.convert_low_i32x4_u (v128.load64_zero offset=8 (local.get $left))) (local.get $first))
              (f64x2.mul
                (f64x2.convert_low_i32x4_u
                  (i8x16.shuffle 8 9 10 11 12 13 14 15 0 1 2 3 4 5 6 7 (local.get $right) (local.get $right)))
                (local.get $last))))
          (local.get $all)))
      (v128.store64_lane 0 (local.get $to) (local.get $redGreen))
      (v128.store64_lane offset=32768 1 (local.get $to) (local.get $redGreen))
      (v128.store64_lane offset=65536 0 (local.get $to) (local.get $blue))
      (f64.store offset=98304 (local.get $to)
        (f64.add
          (f64.add
            (f64.mul (f64.const 0.299) (f64x2.extract_lane 0 (local.get $redGreen)))
            (f64.mul (f64.const 0.587) (f64x2.extract_lane 1 (local.get $redGreen))))
          (f64.mul (f64.const 0.114) (f64x2.extract_lane 0 (local.get $blue)))))
      (local.set $spans (i32.add (local.get $spans) (i32.const 16)))
      (br_if $along
        (i32.lt_u (local.tee $to (i32.add (local.get $to) (i32.const 8))) (local.get $end)))))

  ;; All 64 rows of cells of a raster, the planes they go to included. For each row of cells, $rowSpans has four 32-bit
  ;; numbers: where its first row of pixels lies in the raster, how many rows there are, and the weights of the first and
  ;; of the last.
  (func (export "means")
    (param $from i32) (param $rowBytes i32) (param $rowSpans i32) (param $sums i32) (param $spans i32) (param $to i32)
    (param $total f64)
    (local $end i32)
    (local.set $end (i32.add (local.get $to) (i32.const 32768)))
    (loop $down
      (call $weigh
        (i32.add (local.get $from) (i32.load (local.get $rowSpans)))
        (i32.load offset=4 (local.get $rowSpans))
        (local.get $rowBytes)
        (i32.load offset=8 (local.get $rowSpans))
        (i32.load offset=12 (local.get $rowSpans))
        (local.get $sums))
      (call $cells (local.get $sums) (local.get $spans) (local.get $to) (local.get $total))
      (local.set $rowSpans (i32.add (local.get $rowSpans) (i32.const 16)))
      (br_if $down
        (i32.lt_u (local.tee $to (i32.add (local.get $to) (i32.const 512))) (local.get $end)))))

  ;; Mixes values, 64 at a time, into a state of 128 bytes: four sums, then the four keys the next 64 meet. Every two
  ;; 32-bit words are multiplied after a key was added to each, and are added themselves to another sum.
  (func (export "mix") (param $at i32) (param $end i32) (param $state i32)
    (local $a v128) (local $b v128) (local $c v128) (local $d v128)
    (local $keyA v128) (local $keyB v128) (local $keyC v128) (local $keyD v128)
    (local $w v128) (local $x v128) (local $y v128) (local $z v128) (local $step v128)
    (local.set $step (v128.const i32x4 0x9e3779b1 0x85ebca77 0xc2b2ae3d 0x27d4eb2f))
    (local.set $a (v128.load (local.get $state)))
    (local.set $b (v128.load offset=16 (local.get $state)))
    (local.set $c (v128.load offset=32 (local.get $state)))
    (local.set $d (v128.load offset=48 (local.get $state)))
    (local.set $keyA (v128.load offset=64 (local.get $state)))
    (local.set $keyB (v128.load offset=80 (local.get $state)))
    (local.set $keyC (v128.load offset=96 (local.get $state)))
    (local.set $keyD (v128.load offset=112 (local.get $state)))
    (loop $through
      (local.set $w (v128.load (local.get $at)))
      (local.set $x (v128.load offset=16 (local.get $at)))
      (local.set $y (v128.load offset=32 (local.get $at)))
      (local.set $z (v128.load offset=48 (local.get $at)))
      (local.set $a (i64x2.add (local.get $a) (local.get $y)))
      (local.set $b (i64x2.add (local.get $b) (local.get $z)))
      (local.set $c (i64x2.add (local.get $c) (local.get $w)))
      (local.set $d (i64x2.add (local.get $d) (local.get $x)))
      (local.set $w (i32x4.add (local.get $w) (local.get $keyA)))
      (local.set $x (i32x4.add (local.get $x) (local.get $keyB)))
      (local.set $y (i32x4.add (local.get $y) (local.get $keyC)))
      (local.set $z (i32x4.add (local.get $z) (local.get $keyD)))
      (local.set $a (i64x2.add (local.get $a) (i64x2.extmul_low_i32x4_u (local.get $w) (local.get $x))))
      (local.set $b (i64x2.add (local.get $b) (i64x2.extmul_high_i32x4_u (local.get $w) (local.get $x))))
      (local.set $c (i64x2.add (local.get $c) (i64x2.extmul_low_i32x4_u (local.get $y) (local.get $z))))
      (local.set $d (i64x2.add (local.get $d) (i64x2.extmul_high_i32x4_u (local.get $y) (local.get $z))))
      (local.set $keyA (i32x4.add (local.get $keyA) (local.get $step)))
      (local.set $keyB (i32x4.add (local.get $keyB) (local.get $step)))
      (local.set $keyC (i32x4.add (local.get $keyC) (local.get $step)))
      (local.set $keyD (i32x4.add (local.get $keyD) (local.get $step)))
      (br_if $through
        (i32.lt_u (local.tee $at (i32.add (local.get $at) (i32.const 64))) (local.get $end))))
    (v128.store (local.get $state) (local.get $a))
    (v128.store offset=16 (local.get $state) (local.get $b))
    (v128.store offset=32 (local.get $state) (local.get $c))
    (v128.store offset=48 (local.get $state) (local.get $d))
    (v128.store offset=64 (local.get $state) (local.get $keyA))
    (v128.store offset=80 (local.get $state) (local.get $keyB))
    (v128.store offset=96 (local.get $state) (local.get $keyC))
    (v128.store offset=112 (local.get $state) (local.get $keyD)))

  ;; Gathers every $stride-th value; of pixels that lie beside each other 16 at once, so up to 15 more are written.
  (func (export "gather") (param $at i32) (param $stride i32) (param $to i32) (param $end i32)
    (local $first v128) (local $second v128) (local $third v128)
    (if (i32.eq (local.get $stride) (i32.const 3))
      (then
        (local.set $first (v128.const i8x16 0 3 6 9 12 15 -1 -1 -1 -1 -1 -1 -1 -1 -1 -1))
        (local.set $second (v128.const i8x16 -1 -1 -1 -1 -1 -1 2 5 8 11 14 -1 -1 -1 -1 -1))
        (local.set $third (v128.const i8x16 -1 -1 -1 -1 -1 -1 -1 -1 -1 -1 -1 1 4 7 10 13))
        (loop $pixels
          (v128.store (local.get $to)
            (v128.or
              (v128.or
                (i8x16.swizzle (v128.load (local.get $at)) (local.get $first))
                (i8x16.swizzle (v128.load offset=16 (local.get $at)) (local.get $second)))
              (i8x16.swizzle (v128.load offset=32 (local.get $at)) (local.get $third))))
          (local.set $at (i32.add (local.get $at) (i32.const 48)))
          (br_if $pixels
            (i32.lt_u (local.tee $to (i32.add (local.get $to) (i32.const 16))) (local.get $end))))
        (return)))
    (loop $along
      (i32.store8 (local.get $to) (i32.load8_u (local.get $at)))
      (local.set $at (i32.add (local.get $at) (local.get $stride)))
      (br_if $along
        (i32.lt_u (local.tee $to (i32.add (local.get $to) (i32.const 1))) (local.get $end)))))

  ;; Adds up how much a line bends over 1, 2, 4 and 8 values, where it bends by $least or more over 8: four 32-bit sums.
  (func (export "bend") (param $at i32) (param $end i32) (param $least i32) (param $sums i32)
    (local $middle v128) (local $by8 v128) (local $chosen v128) (local $lanes v128) (local $ones v128) (local $needed v128)
    (local $one v128) (local $two v128) (local $four v128) (local $eight v128)
    (local.set $lanes (v128.const i16x8 0 1 2 3 4 5 6 7))
    (local.set $ones (i16x8.splat (i32.const 1)))
    (local.set $needed (i16x8.splat (local.get $least)))
    (loop $along
      (local.set $middle (i16x8.shl (v128.load8x8_u (local.get $at)) (i32.const 1)))
      (local.set $by8
        (i16x8.abs
          (i16x8.sub
            (i16x8.add
              (v128.load8x8_u (i32.sub (local.get $at) (i32.const 8)))
              (v128.load8x8_u offset=8 (local.get $at)))
            (local.get $middle))))
      (local.set $chosen
        (v128.and
          (v128.and (local.get $ones) (i16x8.ge_s (local.get $by8) (local.get $needed)))
          (i16x8.lt_s (local.get $lanes) (i16x8.splat (i32.sub (local.get $end) (local.get $at))))))
      (local.set $eight
        (i32x4.add (local.get $eight) (i32x4.dot_i16x8_s (local.get $by8) (local.get $chosen))))
      (local.set $four
        (i32x4.add (local.get $four)
          (i32x4.dot_i16x8_s
            (i16x8.abs
              (i16x8.sub
                (i16x8.add
                  (v128.load8x8_u (i32.sub (local.get $at) (i32.const 4)))
                  (v128.load8x8_u offset=4 (local.get $at)))
                (local.get $middle)))
            (local.get $chosen))))
      (local.set $two
        (i32x4.add (local.get $two)
          (i32x4.dot_i16x8_s
            (i16x8.abs
              (i16x8.sub
                (i16x8.add
                  (v128.load8x8_u (i32.sub (local.get $at) (i32.const 2)))
                  (v128.load8x8_u offset=2 (local.get $at)))
                (local.get $middle)))
            (local.get $chosen))))
      (local.set $one
        (i32x4.add (local.get $one)
          (i32x4.dot_i16x8_s
            (i16x8.abs
              (i16x8.sub
                (i16x8.add
                  (v128.load8x8_u (i32.sub (local.get $at) (i32.const 1)))
                  (v128.load8x8_u offset=1 (local.get $at)))
                (local.get $middle)))
            (local.get $chosen))))
      (br_if $along
        (i32.lt_u (local.tee $at (i32.add (local.get $at) (i32.const 8))) (local.get $end))))
    (call $keep (local.get $sums) (local.get $one))
    (call $keep (i32.add (local.get $sums) (i32.const 4)) (local.get $two))
    (call $keep (i32.add (local.get $sums) (i32.const 8)) (local.get $four))
    (call $keep (i32.add (local.get $sums) (i32.const 12)) (local.get $eight)))

  (func $keep (param $to i32) (param $four v128)
    (i32.store (local.get $to)
      (i32.add (i32.load (local.get $to))
        (i32.add
          (i32.add (i32x4.extract_lane 0 (local.get $four)) (i32x4.extract_lane 1 (local.get $four)))
          (i32.add (i32x4.extract_lane 2 (local.get $four)) (i32x4.extract_lane 3 (local.get $four)))))))

  ;; Adds up the steps from one value to the next, by the place of the later one within its eight: eight 32-bit sums.
  (func (export "steps") (param $at i32) (param $end i32) (param $sums i32)
    (local $step v128) (local $low v128) (local $high v128)
    (local.set $low (v128.load (local.get $sums)))
    (local.set $high (v128.load offset=16 (local.get $sums)))
    (loop $along
      (local.set $step
        (i16x8.abs
          (i16x8.sub
            (v128.load8x8_u (local.get $at))
            (v128.load8x8_u (i32.sub (local.get $at) (i32.const 1))))))
      (local.set $low (i32x4.add (local.get $low) (i32x4.extend_low_i16x8_u (local.get $step))))
      (local.set $high (i32x4.add (local.get $high) (i32x4.extend_high_i16x8_u (local.get $step))))
      (br_if $along
        (i32.lt_u (local.tee $at (i32.add (local.get $at) (i32.const 8))) (local.get $end))))
    (v128.store (local.get $sums) (local.get $low))
    (v128.store offset=16 (local.get $sums) (local.get $high))))
