;; Loops that reduce a raster, in the memory of pixels.wat. Values are bytes, three to a pixel. They read up to 50 bytes
;; behind what they are given, and all but the last write there. Constants are fetched before a loop: within, they would be
;; fetched each time, which takes as long as all the rest.
(module
  (memory (import "pixels" "memory") 30)

  ;; Two rows to one of half as many pixels: means of four. Of two values the mean is rounded up, of two of those down, so
  ;; that nothing gets brighter. The row may begin where the first of the two does.
  (func (export "halve") (param $one i32) (param $two i32) (param $to i32) (param $end i32)
    (local $pixels v128) (local $pairs v128)
    (local.set $pairs (v128.const i8x16 0 3 1 4 2 5 6 9 7 10 8 11 -1 -1 -1 -1))
    (loop $along
      (local.set $pixels
        (i8x16.narrow_i16x8_u
          (i16x8.shr_u
            (i16x8.extadd_pairwise_i8x16_u
              (i8x16.swizzle
                (i8x16.avgr_u (v128.load (local.get $one)) (v128.load (local.get $two)))
                (local.get $pairs)))
            (i32.const 1))
          (i16x8.shr_u
            (i16x8.extadd_pairwise_i8x16_u
              (i8x16.swizzle
                (i8x16.avgr_u (v128.load offset=12 (local.get $one)) (v128.load offset=12 (local.get $two)))
                (local.get $pairs)))
            (i32.const 1))))
      (v128.store64_lane 0 (local.get $to) (local.get $pixels))
      (v128.store64_lane offset=6 1 (local.get $to) (local.get $pixels))
      (local.set $pixels
        (i8x16.narrow_i16x8_u
          (i16x8.shr_u
            (i16x8.extadd_pairwise_i8x16_u
              (i8x16.swizzle
                (i8x16.avgr_u (v128.load offset=24 (local.get $one)) (v128.load offset=24 (local.get $two)))
                (local.get $pairs)))
            (i32.const 1))
          (i16x8.shr_u
            (i16x8.extadd_pairwise_i8x16_u
              (i8x16.swizzle
                (i8x16.avgr_u (v128.load offset=36 (local.get $one)) (v128.load offset=36 (local.get $two)))
                (local.get $pairs)))
            (i32.const 1))))
      (v128.store64_lane offset=12 0 (local.get $to) (local.get $pixels))
      (v128.store64_lane offset=18 1 (local.get $to) (local.get $pixels))
      (local.set $one (i32.add (local.get $one) (i32.const 48)))
      (local.set $two (i32.add (local.get $two) (i32.const 48)))
      (br_if $along
        (i32.lt_u (local.tee $to (i32.add (local.get $to) (i32.const 24))) (local.get $end)))))

  ;; One row out of several, from $from on, by 16-bit weights of which 16384 is a whole; their number is even.
  (func (export "blend")
    (param $from i32) (param $rowBytes i32) (param $weights i32) (param $weightsEnd i32) (param $to i32) (param $end i32)
    (local $row i32) (local $next i32) (local $weight i32) (local $rows i32)
    (local $one v128) (local $two v128) (local $pair v128) (local $mixed v128)
    (local $a v128) (local $b v128) (local $c v128) (local $d v128)
    (local $e v128) (local $f v128) (local $g v128) (local $h v128)
    (local.set $rows (i32.shl (local.get $rowBytes) (i32.const 1)))
    (loop $along
      (local.set $a (v128.const i32x4 8192 8192 8192 8192))
      (local.set $b (local.get $a))
      (local.set $c (local.get $a))
      (local.set $d (local.get $a))
      (local.set $e (local.get $a))
      (local.set $f (local.get $a))
      (local.set $g (local.get $a))
      (local.set $h (local.get $a))
      (local.set $row (local.get $from))
      (local.set $next (i32.add (local.get $from) (local.get $rowBytes)))
      (local.set $weight (local.get $weights))
      (loop $down
        (local.set $pair (v128.load32_splat (local.get $weight)))
        (local.set $one (v128.load (local.get $row)))
        (local.set $two (v128.load (local.get $next)))
        (local.set $mixed
          (i8x16.shuffle 0 16 1 17 2 18 3 19 4 20 5 21 6 22 7 23 (local.get $one) (local.get $two)))
        (local.set $a
          (i32x4.add (local.get $a)
            (i32x4.dot_i16x8_s (local.get $pair) (i16x8.extend_low_i8x16_u (local.get $mixed)))))
        (local.set $b
          (i32x4.add (local.get $b)
            (i32x4.dot_i16x8_s (local.get $pair) (i16x8.extend_high_i8x16_u (local.get $mixed)))))
        (local.set $mixed
          (i8x16.shuffle 8 24 9 25 10 26 11 27 12 28 13 29 14 30 15 31 (local.get $one) (local.get $two)))
        (local.set $c
          (i32x4.add (local.get $c)
            (i32x4.dot_i16x8_s (local.get $pair) (i16x8.extend_low_i8x16_u (local.get $mixed)))))
        (local.set $d
          (i32x4.add (local.get $d)
            (i32x4.dot_i16x8_s (local.get $pair) (i16x8.extend_high_i8x16_u (local.get $mixed)))))
        (local.set $one (v128.load offset=16 (local.get $row)))
        (local.set $two (v128.load offset=16 (local.get $next)))
        (local.set $mixed
          (i8x16.shuffle 0 16 1 17 2 18 3 19 4 20 5 21 6 22 7 23 (local.get $one) (local.get $two)))
        (local.set $e
          (i32x4.add (local.get $e)
            (i32x4.dot_i16x8_s (local.get $pair) (i16x8.extend_low_i8x16_u (local.get $mixed)))))
        (local.set $f
          (i32x4.add (local.get $f)
            (i32x4.dot_i16x8_s (local.get $pair) (i16x8.extend_high_i8x16_u (local.get $mixed)))))
        (local.set $mixed
          (i8x16.shuffle 8 24 9 25 10 26 11 27 12 28 13 29 14 30 15 31 (local.get $one) (local.get $two)))
        (local.set $g
          (i32x4.add (local.get $g)
            (i32x4.dot_i16x8_s (local.get $pair) (i16x8.extend_low_i8x16_u (local.get $mixed)))))
        (local.set $h
          (i32x4.add (local.get $h)
            (i32x4.dot_i16x8_s (local.get $pair) (i16x8.extend_high_i8x16_u (local.get $mixed)))))
        (local.set $row (i32.add (local.get $row) (local.get $rows)))
        (local.set $next (i32.add (local.get $next) (local.get $rows)))
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
      (v128.store offset=16 (local.get $to)
        (i8x16.narrow_i16x8_u
          (i16x8.narrow_i32x4_s
            (i32x4.shr_s (local.get $e) (i32.const 14))
            (i32x4.shr_s (local.get $f) (i32.const 14)))
          (i16x8.narrow_i32x4_s
            (i32x4.shr_s (local.get $g) (i32.const 14))
            (i32x4.shr_s (local.get $h) (i32.const 14)))))
      (local.set $from (i32.add (local.get $from) (i32.const 32)))
      (br_if $along
        (i32.lt_u (local.tee $to (i32.add (local.get $to) (i32.const 32))) (local.get $end)))))

  ;; Four rows, 32768 bytes from one to the next, to four of fewer pixels. The table says of each pixel where in its row the
  ;; first one lies that it is made of, in bytes, then the weights of that and the following ones, as many for each:
  ;; $weightBytes, a multiple of 4.
  (func (export "squeeze")
    (param $row i32) (param $table i32) (param $weightBytes i32) (param $to i32) (param $end i32) (param $toSecond i32)
    (param $toThird i32) (param $toFourth i32)
    (local $from i32) (local $weightsEnd i32) (local $pair v128)
    (local $rowFirst v128) (local $rowSecond v128) (local $rowThird v128) (local $rowFourth v128)
    (local $sumFirst v128) (local $sumSecond v128) (local $sumThird v128) (local $sumFourth v128)
    (local $near v128) (local $far v128)
    (local.set $near (v128.const i8x16 0 -1 3 -1 1 -1 4 -1 2 -1 5 -1 -1 -1 -1 -1))
    (local.set $far (v128.const i8x16 6 -1 9 -1 7 -1 10 -1 8 -1 11 -1 -1 -1 -1 -1))
    (loop $along
      (local.set $from (i32.add (local.get $row) (i32.load (local.get $table))))
      (local.set $table (i32.add (local.get $table) (i32.const 4)))
      (local.set $weightsEnd (i32.add (local.get $table) (local.get $weightBytes)))
      (local.set $sumFirst (v128.const i32x4 8192 8192 8192 8192))
      (local.set $sumSecond (local.get $sumFirst))
      (local.set $sumThird (local.get $sumFirst))
      (local.set $sumFourth (local.get $sumFirst))
      (block $weighed
        (loop $taps
          (local.set $rowFirst (v128.load (local.get $from)))
          (local.set $rowSecond (v128.load offset=32768 (local.get $from)))
          (local.set $rowThird (v128.load offset=65536 (local.get $from)))
          (local.set $rowFourth (v128.load offset=98304 (local.get $from)))
          (local.set $pair (v128.load32_splat (local.get $table)))
          (local.set $sumFirst
            (i32x4.add (local.get $sumFirst)
              (i32x4.dot_i16x8_s (local.get $pair)
                (i8x16.swizzle (local.get $rowFirst) (local.get $near)))))
          (local.set $sumSecond
            (i32x4.add (local.get $sumSecond)
              (i32x4.dot_i16x8_s (local.get $pair)
                (i8x16.swizzle (local.get $rowSecond) (local.get $near)))))
          (local.set $sumThird
            (i32x4.add (local.get $sumThird)
              (i32x4.dot_i16x8_s (local.get $pair)
                (i8x16.swizzle (local.get $rowThird) (local.get $near)))))
          (local.set $sumFourth
            (i32x4.add (local.get $sumFourth)
              (i32x4.dot_i16x8_s (local.get $pair)
                (i8x16.swizzle (local.get $rowFourth) (local.get $near)))))
          (br_if $weighed
            (i32.ge_u (local.tee $table (i32.add (local.get $table) (i32.const 4))) (local.get $weightsEnd)))
          (local.set $pair (v128.load32_splat (local.get $table)))
          (local.set $sumFirst
            (i32x4.add (local.get $sumFirst)
              (i32x4.dot_i16x8_s (local.get $pair)
                (i8x16.swizzle (local.get $rowFirst) (local.get $far)))))
          (local.set $sumSecond
            (i32x4.add (local.get $sumSecond)
              (i32x4.dot_i16x8_s (local.get $pair)
                (i8x16.swizzle (local.get $rowSecond) (local.get $far)))))
          (local.set $sumThird
            (i32x4.add (local.get $sumThird)
              (i32x4.dot_i16x8_s (local.get $pair)
                (i8x16.swizzle (local.get $rowThird) (local.get $far)))))
          (local.set $sumFourth
            (i32x4.add (local.get $sumFourth)
              (i32x4.dot_i16x8_s (local.get $pair)
                (i8x16.swizzle (local.get $rowFourth) (local.get $far)))))
          (local.set $from (i32.add (local.get $from) (i32.const 12)))
          (br_if $taps
            (i32.lt_u (local.tee $table (i32.add (local.get $table) (i32.const 4))) (local.get $weightsEnd)))))
      (local.set $rowFirst
        (i8x16.narrow_i16x8_u
          (i16x8.narrow_i32x4_s
            (i32x4.shr_s (local.get $sumFirst) (i32.const 14))
            (i32x4.shr_s (local.get $sumSecond) (i32.const 14)))
          (i16x8.narrow_i32x4_s
            (i32x4.shr_s (local.get $sumThird) (i32.const 14))
            (i32x4.shr_s (local.get $sumFourth) (i32.const 14)))))
      (v128.store16_lane 0 (local.get $to) (local.get $rowFirst))
      (v128.store8_lane offset=2 2 (local.get $to) (local.get $rowFirst))
      (v128.store16_lane 2 (local.get $toSecond) (local.get $rowFirst))
      (v128.store8_lane offset=2 6 (local.get $toSecond) (local.get $rowFirst))
      (v128.store16_lane 4 (local.get $toThird) (local.get $rowFirst))
      (v128.store8_lane offset=2 10 (local.get $toThird) (local.get $rowFirst))
      (v128.store16_lane 6 (local.get $toFourth) (local.get $rowFirst))
      (v128.store8_lane offset=2 14 (local.get $toFourth) (local.get $rowFirst))
      (local.set $toSecond (i32.add (local.get $toSecond) (i32.const 3)))
      (local.set $toThird (i32.add (local.get $toThird) (i32.const 3)))
      (local.set $toFourth (i32.add (local.get $toFourth) (i32.const 3)))
      (br_if $along
        (i32.lt_u (local.tee $to (i32.add (local.get $to) (i32.const 3))) (local.get $end))))))
