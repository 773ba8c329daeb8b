;; The loops over every value of a raster. Values are bytes; 16 are worked on at once, so up to 47 behind the last one
;; are read and written as well.
(module
  (memory (export "memory") 21)

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
        (i32.lt_u (local.tee $at (i32.add (local.get $at) (i32.const 48))) (local.get $end))))))
