;; Loops that reduce a raster, in the memory of pixels.wat. Values are bytes, three to a pixel. All but the last read and
;; write up to 50 bytes behind what they are given.
(module
  (memory (import "pixels" "memory") 30)

  ;; Two rows to one of half as many pixels: means of four. Of two values the mean is rounded up, of two of those down, so
  ;; that nothing gets brighter. The row may begin where the first of the two does.
  (func (export "halve") (param $one i32) (param $two i32) (param $to i32) (param $end i32)
    (local $at0 v128) (local $at16 v128) (local $at32 v128) (local $at3 v128) (local $at19 v128) (local $at35 v128)
    (loop $along
      (local.set $at0 (i8x16.avgr_u (v128.load (local.get $one)) (v128.load (local.get $two))))
      (local.set $at16 (i8x16.avgr_u (v128.load offset=16 (local.get $one)) (v128.load offset=16 (local.get $two))))
      (local.set $at32 (i8x16.avgr_u (v128.load offset=32 (local.get $one)) (v128.load offset=32 (local.get $two))))
      (local.set $at3 (i8x16.avgr_u (v128.load offset=3 (local.get $one)) (v128.load offset=3 (local.get $two))))
      (local.set $at19 (i8x16.avgr_u (v128.load offset=19 (local.get $one)) (v128.load offset=19 (local.get $two))))
      (local.set $at35 (i8x16.avgr_u (v128.load offset=35 (local.get $one)) (v128.load offset=35 (local.get $two))))
      (v128.store (local.get $to)
        (v128.not
          (i8x16.avgr_u
            (v128.not
              (i8x16.shuffle 0 1 2 6 7 8 12 13 14 18 19 20 24 25 26 30 (local.get $at0) (local.get $at16)))
            (v128.not
              (i8x16.shuffle 0 1 2 6 7 8 12 13 14 18 19 20 24 25 26 30 (local.get $at3) (local.get $at19))))))
      (v128.store64_lane offset=16 0 (local.get $to)
        (v128.not
          (i8x16.avgr_u
            (v128.not
              (i8x16.shuffle 15 16 20 21 22 26 27 28 0 0 0 0 0 0 0 0 (local.get $at16) (local.get $at32)))
            (v128.not
              (i8x16.shuffle 15 16 20 21 22 26 27 28 0 0 0 0 0 0 0 0 (local.get $at19) (local.get $at35))))))
      (local.set $one (i32.add (local.get $one) (i32.const 48)))
      (local.set $two (i32.add (local.get $two) (i32.const 48)))
      (br_if $along
        (i32.lt_u (local.tee $to (i32.add (local.get $to) (i32.const 24))) (local.get $end)))))

  ;; One row out of several, from $from on, by 16-bit weights of which 16384 is a whole; their number is even.
  (func (export "blend")
    (param $from i32) (param $rowBytes i32) (param $weights i32) (param $weightsEnd i32) (param $to i32) (param $end i32)
    (local $row i32) (local $weight i32) (local $one v128) (local $two v128) (local $pair v128)
    (local $a v128) (local $b v128) (local $c v128) (local $d v128)
    (loop $along
      (local.set $a (v128.const i32x4 8192 8192 8192 8192))
      (local.set $b (local.get $a))
      (local.set $c (local.get $a))
      (local.set $d (local.get $a))
      (local.set $row (local.get $from))
      (local.set $weight (local.get $weights))
      (loop $down
        (local.set $one (v128.load (local.get $row)))
        (local.set $two (v128.load (local.tee $row (i32.add (local.get $row) (local.get $rowBytes)))))
        (local.set $row (i32.add (local.get $row) (local.get $rowBytes)))
        (local.set $pair (v128.load32_splat (local.get $weight)))
        (local.set $a
          (i32x4.add (local.get $a)
            (i32x4.dot_i16x8_s (local.get $pair)
              (i16x8.extend_low_i8x16_u
                (i8x16.shuffle 0 16 1 17 2 18 3 19 4 20 5 21 6 22 7 23 (local.get $one) (local.get $two))))))
        (local.set $b
          (i32x4.add (local.get $b)
            (i32x4.dot_i16x8_s (local.get $pair)
              (i16x8.extend_high_i8x16_u
                (i8x16.shuffle 0 16 1 17 2 18 3 19 4 20 5 21 6 22 7 23 (local.get $one) (local.get $two))))))
        (local.set $c
          (i32x4.add (local.get $c)
            (i32x4.dot_i16x8_s (local.get $pair)
              (i16x8.extend_low_i8x16_u
                (i8x16.shuffle 8 24 9 25 10 26 11 27 12 28 13 29 14 30 15 31 (local.get $one) (local.get $two))))))
        (local.set $d
          (i32x4.add (local.get $d)
            (i32x4.dot_i16x8_s (local.get $pair)
              (i16x8.extend_high_i8x16_u
                (i8x16.shuffle 8 24 9 25 10 26 11 27 12 28 13 29 14 30 15 31 (local.get $one) (local.get $two))))))
        (br_if $down
          (i32.lt_u (local.tee $weight (i32.add (local.get $weight) (i32.const 4))) (local.get $weightsEnd))))
      (v128.store (local.get $to)
        (i8x16.narrow_i16x8_u
          (i16x8.narrow_i32x4_s
            (i32x4.shr_s (local.get $a) (i32.const 14))
            (i32x4.shr_s (local.get $b) (i32.const 14)))
          (i16x8.narrow_i32x4_s
            (i32x4.shr_s (local.get $c) (i32.const 14))
            (i32x4.shr_s (local.get $d) (i32.const 14)))))
      (local.set $from (i32.add (local.get $from) (i32.const 16)))
      (br_if $along
        (i32.lt_u (local.tee $to (i32.add (local.get $to) (i32.const 16))) (local.get $end)))))

  ;; Two rows to two of fewer pixels. The table says of each pixel where in its row the first one lies that it is made of,
  ;; in bytes, then the weights of that and the following ones, as many for each: $weightBytes, a multiple of 8.
  (func (export "squeeze")
    (param $one i32) (param $two i32) (param $table i32) (param $weightBytes i32) (param $toOne i32) (param $toTwo i32)
    (param $end i32)
    (local $from i32) (local $other i32) (local $weightsEnd i32) (local $values v128) (local $more v128)
    (local $pair v128) (local $sumOne v128) (local $sumTwo v128)
    (loop $along
      (local.set $from (i32.load (local.get $table)))
      (local.set $other (i32.add (local.get $two) (local.get $from)))
      (local.set $from (i32.add (local.get $one) (local.get $from)))
      (local.set $table (i32.add (local.get $table) (i32.const 4)))
      (local.set $weightsEnd (i32.add (local.get $table) (local.get $weightBytes)))
      (local.set $sumOne (v128.const i32x4 8192 8192 8192 8192))
      (local.set $sumTwo (local.get $sumOne))
      (loop $taps
        (local.set $values (v128.load (local.get $from)))
        (local.set $more (v128.load (local.get $other)))
        (local.set $pair (v128.load32_splat (local.get $table)))
        (local.set $sumOne
          (i32x4.add (local.get $sumOne)
            (i32x4.dot_i16x8_s (local.get $pair)
              (i8x16.swizzle (local.get $values) (v128.const i8x16 0 -1 3 -1 1 -1 4 -1 2 -1 5 -1 -1 -1 -1 -1)))))
        (local.set $sumTwo
          (i32x4.add (local.get $sumTwo)
            (i32x4.dot_i16x8_s (local.get $pair)
              (i8x16.swizzle (local.get $more) (v128.const i8x16 0 -1 3 -1 1 -1 4 -1 2 -1 5 -1 -1 -1 -1 -1)))))
        (local.set $pair (v128.load32_splat offset=4 (local.get $table)))
        (local.set $sumOne
          (i32x4.add (local.get $sumOne)
            (i32x4.dot_i16x8_s (local.get $pair)
              (i8x16.swizzle (local.get $values) (v128.const i8x16 6 -1 9 -1 7 -1 10 -1 8 -1 11 -1 -1 -1 -1 -1)))))
        (local.set $sumTwo
          (i32x4.add (local.get $sumTwo)
            (i32x4.dot_i16x8_s (local.get $pair)
              (i8x16.swizzle (local.get $more) (v128.const i8x16 6 -1 9 -1 7 -1 10 -1 8 -1 11 -1 -1 -1 -1 -1)))))
        (local.set $from (i32.add (local.get $from) (i32.const 12)))
        (local.set $other (i32.add (local.get $other) (i32.const 12)))
        (br_if $taps
          (i32.lt_u (local.tee $table (i32.add (local.get $table) (i32.const 8))) (local.get $weightsEnd))))
      (local.set $values
        (i16x8.narrow_i32x4_s
          (i32x4.shr_s (local.get $sumOne) (i32.const 14))
          (i32x4.shr_s (local.get $sumTwo) (i32.const 14))))
      (local.set $values (i8x16.narrow_i16x8_u (local.get $values) (local.get $values)))
      (v128.store16_lane 0 (local.get $toOne) (local.get $values))
      (v128.store8_lane offset=2 2 (local.get $toOne) (local.get $values))
      (v128.store16_lane 2 (local.get $toTwo) (local.get $values))
      (v128.store8_lane offset=2 6 (local.get $toTwo) (local.get $values))
      (local.set $toTwo (i32.add (local.get $toTwo) (i32.const 3)))
      (br_if $along
        (i32.lt_u (local.tee $toOne (i32.add (local.get $toOne) (i32.const 3))) (local.get $end))))))
