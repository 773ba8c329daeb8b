;; Loops of the quality measures, over rasters that lie in the memory of pixels.wat. Values are bytes, three to a pixel; 16
;; are looked at together, so up to 15 behind the last one are read as well.
(module
  (memory (import "pixels" "memory") 30)

  ;; How much the raster bends along a stretch of a row, in four directions. A bend is the difference of a value to the mean
  ;; of those on both sides of it, twice. Where it is at least $least over four pixels, its square is added to the second,
  ;; and the square of that over one pixel to the first, of two sums of four 32-bit parts for each direction: along the row,
  ;; down, down and right, down and left. $skip is from one group of 16 to the next.
  (func (export "bends")
    (param $at i32) (param $end i32) (param $rowBytes i32) (param $least i32) (param $skip i32) (param $sums i32)
    (local $from i32) (local $near i32) (local $far i32) (local $sum i32) (local $limit v128)
    (local $low v128) (local $high v128) (local $a v128) (local $b v128) (local $bend v128) (local $mask v128)
    (local $nears v128) (local $fars v128) (local $direction i32)
    (local.set $limit (i16x8.splat (i32.sub (local.get $least) (i32.const 1))))
    (local.set $from (local.get $at))
    (loop $directions
      (local.set $near (i32.const 3))
      (if (local.get $direction)
        (then
          (local.set $near
            (i32.add (local.get $rowBytes)
              (select (i32.const 0) (i32.sub (i32.const 15) (i32.mul (i32.const 6) (local.get $direction)))
                (i32.eq (local.get $direction) (i32.const 1)))))))
      (local.set $far (i32.mul (local.get $near) (i32.const 4)))
      (local.set $sum (i32.add (local.get $sums) (i32.mul (local.get $direction) (i32.const 32))))
      (local.set $nears (v128.load (local.get $sum)))
      (local.set $fars (v128.load offset=16 (local.get $sum)))
      (local.set $at (local.get $from))
      (loop $through
        (local.set $a (v128.load (local.get $at)))
        (local.set $low (i16x8.shl (i16x8.extend_low_i8x16_u (local.get $a)) (i32.const 1)))
        (local.set $high (i16x8.shl (i16x8.extend_high_i8x16_u (local.get $a)) (i32.const 1)))
        (local.set $a (v128.load (i32.sub (local.get $at) (local.get $far))))
        (local.set $b (v128.load (i32.add (local.get $at) (local.get $far))))
        (local.set $bend
          (i16x8.sub
            (i16x8.add (i16x8.extend_low_i8x16_u (local.get $a)) (i16x8.extend_low_i8x16_u (local.get $b)))
            (local.get $low)))
        (local.set $mask (i16x8.gt_s (i16x8.abs (local.get $bend)) (local.get $limit)))
        (local.set $bend (v128.and (local.get $bend) (local.get $mask)))
        (local.set $fars (i32x4.add (local.get $fars) (i32x4.dot_i16x8_s (local.get $bend) (local.get $bend))))
        (local.set $a (v128.load (i32.sub (local.get $at) (local.get $near))))
        (local.set $b (v128.load (i32.add (local.get $at) (local.get $near))))
        (local.set $bend
          (v128.and (local.get $mask)
            (i16x8.sub
              (i16x8.add (i16x8.extend_low_i8x16_u (local.get $a)) (i16x8.extend_low_i8x16_u (local.get $b)))
              (local.get $low))))
        (local.set $nears (i32x4.add (local.get $nears) (i32x4.dot_i16x8_s (local.get $bend) (local.get $bend))))
        (local.set $a (v128.load (i32.sub (local.get $at) (local.get $far))))
        (local.set $b (v128.load (i32.add (local.get $at) (local.get $far))))
        (local.set $bend
          (i16x8.sub
            (i16x8.add (i16x8.extend_high_i8x16_u (local.get $a)) (i16x8.extend_high_i8x16_u (local.get $b)))
            (local.get $high)))
        (local.set $mask (i16x8.gt_s (i16x8.abs (local.get $bend)) (local.get $limit)))
        (local.set $bend (v128.and (local.get $bend) (local.get $mask)))
        (local.set $fars (i32x4.add (local.get $fars) (i32x4.dot_i16x8_s (local.get $bend) (local.get $bend))))
        (local.set $a (v128.load (i32.sub (local.get $at) (local.get $near))))
        (local.set $b (v128.load (i32.add (local.get $at) (local.get $near))))
        (local.set $bend
          (v128.and (local.get $mask)
            (i16x8.sub
              (i16x8.add (i16x8.extend_high_i8x16_u (local.get $a)) (i16x8.extend_high_i8x16_u (local.get $b)))
              (local.get $high))))
        (local.set $nears (i32x4.add (local.get $nears) (i32x4.dot_i16x8_s (local.get $bend) (local.get $bend))))
        (br_if $through
          (i32.lt_u (local.tee $at (i32.add (local.get $at) (local.get $skip))) (local.get $end))))
      (v128.store (local.get $sum) (local.get $nears))
      (v128.store offset=16 (local.get $sum) (local.get $fars))
      (br_if $directions
        (i32.lt_u (local.tee $direction (i32.add (local.get $direction) (i32.const 1))) (i32.const 4)))))

  ;; How many values differ from the one $apart bytes further by at least $least; groups of 16, $skip from one to the next.
  (func $differing (export "differing")
    (param $at i32) (param $end i32) (param $apart i32) (param $least i32) (param $skip i32) (result i32)
    (local $one v128) (local $other v128) (local $limit v128) (local $count i32)
    (local.set $limit (i8x16.splat (local.get $least)))
    (loop $through
      (local.set $one (v128.load (local.get $at)))
      (local.set $other (v128.load (i32.add (local.get $at) (local.get $apart))))
      (local.set $count
        (i32.add (local.get $count)
          (i32.popcnt
            (i8x16.bitmask
              (i8x16.ge_u
                (i8x16.sub
                  (i8x16.max_u (local.get $one) (local.get $other))
                  (i8x16.min_u (local.get $one) (local.get $other)))
                (local.get $limit))))))
      (br_if $through (i32.lt_u (local.tee $at (i32.add (local.get $at) (local.get $skip))) (local.get $end))))
    (local.get $count))

  ;; Of each row, how many values up to $end differ from the one below them, less $most; summed for all rows but the last,
  ;; rows with less left out.
  (func (export "straight")
    (param $at i32) (param $rows i32) (param $rowBytes i32) (param $end i32) (param $least i32) (param $skip i32)
    (param $most i32) (result i32)
    (local $sum i32) (local $over i32)
    (loop $down
      (local.set $over
        (i32.sub
          (call $differing
            (local.get $at) (i32.add (local.get $at) (local.get $end)) (local.get $rowBytes) (local.get $least)
            (local.get $skip))
          (local.get $most)))
      (local.set $sum
        (i32.add (local.get $sum)
          (select (local.get $over) (i32.const 0) (i32.gt_s (local.get $over) (i32.const 0)))))
      (local.set $at (i32.add (local.get $at) (local.get $rowBytes)))
      (br_if $down
        (i32.gt_s (local.tee $rows (i32.sub (local.get $rows) (i32.const 1))) (i32.const 1))))
    (local.get $sum)))
