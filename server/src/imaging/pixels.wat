;; The loops over every value of a raster. Values are bytes; 16 are worked on at once, so up to 47 behind the last one
;; are read and written as well.
(module
  (memory (export "memory") 30)

  ;; Adds rows of values, column by column, to 32-bit sums.
  (func (export "add")
    (param $from i32) (param $rows i32) (param $rowBytes i32) (param $sums i32)
    (local $column i32) (local $row i32) (local $at i32) (local $values v128) (local $half v128)
    (local $a v128) (local $b v128) (local $c v128) (local $d v128)
    (loop $columns
      (local.set $a (v128.load (local.get $sums)))
      (local.set $b (v128.load offset=16 (local.get $sums)))
      (local.set $c (v128.load offset=32 (local.get $sums)))
      (local.set $d (v128.load offset=48 (local.get $sums)))
      (local.set $at (i32.add (local.get $from) (local.get $column)))
      (local.set $row (local.get $rows))
      (loop $down
        (local.set $values (v128.load (local.get $at)))
        (local.set $half (i16x8.extend_low_i8x16_u (local.get $values)))
        (local.set $a (i32x4.add (local.get $a) (i32x4.extend_low_i16x8_u (local.get $half))))
        (local.set $b (i32x4.add (local.get $b) (i32x4.extend_high_i16x8_u (local.get $half))))
        (local.set $half (i16x8.extend_high_i8x16_u (local.get $values)))
        (local.set $c (i32x4.add (local.get $c) (i32x4.extend_low_i16x8_u (local.get $half))))
        (local.set $d (i32x4.add (local.get $d) (i32x4.extend_high_i16x8_u (local.get $half))))
        (local.set $at (i32.add (local.get $at) (local.get $rowBytes)))
        (br_if $down (local.tee $row (i32.sub (local.get $row) (i32.const 1)))))
      (v128.store (local.get $sums) (local.get $a))
      (v128.store offset=16 (local.get $sums) (local.get $b))
      (v128.store offset=32 (local.get $sums) (local.get $c))
      (v128.store offset=48 (local.get $sums) (local.get $d))
      (local.set $sums (i32.add (local.get $sums) (i32.const 64)))
      (br_if $columns
        (i32.lt_u
          (local.tee $column (i32.add (local.get $column) (i32.const 16)))
          (local.get $rowBytes)))))

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

  ;; One row out of many: $last and $first each times its share, and the sums of the rows between times theirs.
  ;; Columns are taken by fours; the result is of 64-bit floats.
  (func (export "blend")
    (param $sums i32) (param $first i32) (param $last i32) (param $columns i32) (param $to i32)
    (param $wholeShare f64) (param $firstShare f64) (param $lastShare f64)
    (local $end i32) (local $whole v128) (local $one v128) (local $two v128)
    (local $a v128) (local $b v128) (local $c v128)
    (local.set $whole (f64x2.splat (local.get $wholeShare)))
    (local.set $one (f64x2.splat (local.get $firstShare)))
    (local.set $two (f64x2.splat (local.get $lastShare)))
    (local.set $end (i32.add (local.get $first) (local.get $columns)))
    (loop $along
      (local.set $a (v128.load (local.get $sums)))
      (local.set $b (i32x4.extend_low_i16x8_u (i16x8.extend_low_i8x16_u (v128.load32_zero (local.get $first)))))
      (local.set $c (i32x4.extend_low_i16x8_u (i16x8.extend_low_i8x16_u (v128.load32_zero (local.get $last)))))
      (v128.store (local.get $to)
        (f64x2.add
          (f64x2.mul (f64x2.convert_low_i32x4_u (local.get $a)) (local.get $whole))
          (f64x2.add
            (f64x2.mul (f64x2.convert_low_i32x4_u (local.get $b)) (local.get $one))
            (f64x2.mul (f64x2.convert_low_i32x4_u (local.get $c)) (local.get $two)))))
      (local.set $a (i8x16.shuffle 8 9 10 11 12 13 14 15 0 1 2 3 4 5 6 7 (local.get $a) (local.get $a)))
      (local.set $b (i8x16.shuffle 8 9 10 11 12 13 14 15 0 1 2 3 4 5 6 7 (local.get $b) (local.get $b)))
      (local.set $c (i8x16.shuffle 8 9 10 11 12 13 14 15 0 1 2 3 4 5 6 7 (local.get $c) (local.get $c)))
      (v128.store offset=16 (local.get $to)
        (f64x2.add
          (f64x2.mul (f64x2.convert_low_i32x4_u (local.get $a)) (local.get $whole))
          (f64x2.add
            (f64x2.mul (f64x2.convert_low_i32x4_u (local.get $b)) (local.get $one))
            (f64x2.mul (f64x2.convert_low_i32x4_u (local.get $c)) (local.get $two)))))
      (local.set $sums (i32.add (local.get $sums) (i32.const 16)))
      (local.set $last (i32.add (local.get $last) (i32.const 4)))
      (local.set $to (i32.add (local.get $to) (i32.const 32)))
      (br_if $along
        (i32.lt_u (local.tee $first (i32.add (local.get $first) (i32.const 4))) (local.get $end))))))
