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
    (local.get $sum))

  ;; Of values up to $end: how far they are from those $beside them, summed, how many are within $reach of a tone, how many
  ;; lie between $low and $high, those included, and how many differ from the one before by more than $step: four 32-bit
  ;; numbers.
  (func (export "tones")
    (param $at i32) (param $beside i32) (param $end i32) (param $tone i32) (param $reach i32) (param $low i32)
    (param $high i32) (param $step i32) (param $to i32)
    (local $left i32) (local $ground i32) (local $between i32) (local $steps i32)
    (local $values v128) (local $other v128) (local $chosen v128) (local $change v128)
    (local $lanes v128) (local $tones v128) (local $reaches v128) (local $lows v128) (local $highs v128) (local $limit v128)
    (local.set $lanes (v128.const i8x16 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15))
    (local.set $tones (i8x16.splat (local.get $tone)))
    (local.set $reaches (i8x16.splat (local.get $reach)))
    (local.set $lows (i8x16.splat (local.get $low)))
    (local.set $highs (i8x16.splat (local.get $high)))
    (local.set $limit (i8x16.splat (local.get $step)))
    (loop $along
      (local.set $left (i32.sub (local.get $end) (local.get $at)))
      (local.set $values (v128.load (local.get $at)))
      (local.set $chosen
        (i8x16.lt_u (local.get $lanes)
          (i8x16.splat (select (local.get $left) (i32.const 16) (i32.lt_u (local.get $left) (i32.const 16))))))
      (local.set $other (v128.load (local.get $beside)))
      (local.set $change
        (i16x8.add (local.get $change)
          (i16x8.extadd_pairwise_i8x16_u
            (v128.and (local.get $chosen)
              (i8x16.sub
                (i8x16.max_u (local.get $values) (local.get $other))
                (i8x16.min_u (local.get $values) (local.get $other)))))))
      (local.set $ground
        (i32.add (local.get $ground)
          (i32.popcnt
            (i8x16.bitmask
              (v128.and (local.get $chosen)
                (i8x16.le_u
                  (i8x16.sub
                    (i8x16.max_u (local.get $values) (local.get $tones))
                    (i8x16.min_u (local.get $values) (local.get $tones)))
                  (local.get $reaches)))))))
      (local.set $between
        (i32.add (local.get $between)
          (i32.popcnt
            (i8x16.bitmask
              (v128.and
                (v128.and (local.get $chosen) (i8x16.ge_u (local.get $values) (local.get $lows)))
                (i8x16.le_u (local.get $values) (local.get $highs)))))))
      (local.set $other (v128.load offset=1 (local.get $at)))
      (local.set $steps
        (i32.add (local.get $steps)
          (i32.popcnt
            (i8x16.bitmask
              (v128.and
                (i8x16.lt_u (local.get $lanes)
                  (i8x16.splat
                    (i32.sub
                      (select (local.get $left) (i32.const 17) (i32.lt_u (local.get $left) (i32.const 17)))
                      (i32.const 1))))
                (i8x16.gt_u
                  (i8x16.sub
                    (i8x16.max_u (local.get $values) (local.get $other))
                    (i8x16.min_u (local.get $values) (local.get $other)))
                  (local.get $limit)))))))
      (local.set $beside (i32.add (local.get $beside) (i32.const 16)))
      (br_if $along
        (i32.lt_u (local.tee $at (i32.add (local.get $at) (i32.const 16))) (local.get $end))))
    (local.set $change (i32x4.extadd_pairwise_i16x8_u (local.get $change)))
    (i32.store (local.get $to)
      (i32.add
        (i32.add (i32x4.extract_lane 0 (local.get $change)) (i32x4.extract_lane 1 (local.get $change)))
        (i32.add (i32x4.extract_lane 2 (local.get $change)) (i32x4.extract_lane 3 (local.get $change)))))
    (i32.store offset=4 (local.get $to) (local.get $ground))
    (i32.store offset=8 (local.get $to) (local.get $between))
    (i32.store offset=12 (local.get $to) (local.get $steps)))

  ;; Where along a line of values it goes up or down most steeply: the step from the value before to the one behind is at
  ;; least $least, no smaller than that one place further, and larger than that one place before. Written as 32-bit places
  ;; from $line on, as they come. How many there are is returned.
  (func (export "steepest")
    (param $line i32) (param $from i32) (param $end i32) (param $least i32) (param $to i32) (result i32)
    (local $at i32) (local $first i32) (local $bits i32) (local $left i32) (local $limit v128) (local $step v128)
    (local $one v128) (local $other v128)
    (local.set $limit (i8x16.splat (local.get $least)))
    (local.set $first (local.get $to))
    (loop $along
      (local.set $at (i32.add (local.get $line) (local.get $from)))
      (local.set $one (v128.load (i32.sub (local.get $at) (i32.const 1))))
      (local.set $other (v128.load offset=1 (local.get $at)))
      (local.set $step
        (i8x16.sub
          (i8x16.max_u (local.get $one) (local.get $other))
          (i8x16.min_u (local.get $one) (local.get $other))))
      (local.set $bits (i8x16.bitmask (i8x16.ge_u (local.get $step) (local.get $limit))))
      (if (local.get $bits)
        (then
          (local.set $one (v128.load (local.get $at)))
          (local.set $other (v128.load offset=2 (local.get $at)))
          (local.set $bits
            (i32.and (local.get $bits)
              (i8x16.bitmask
                (i8x16.ge_u (local.get $step)
                  (i8x16.sub
                    (i8x16.max_u (local.get $one) (local.get $other))
                    (i8x16.min_u (local.get $one) (local.get $other)))))))
          (local.set $other (v128.load (i32.sub (local.get $at) (i32.const 2))))
          (local.set $bits
            (i32.and (local.get $bits)
              (i8x16.bitmask
                (i8x16.gt_u (local.get $step)
                  (i8x16.sub
                    (i8x16.max_u (local.get $one) (local.get $other))
                    (i8x16.min_u (local.get $one) (local.get $other)))))))
          (local.set $left (i32.sub (local.get $end) (local.get $from)))
          (if (i32.lt_s (local.get $left) (i32.const 16))
            (then
              (local.set $bits
                (i32.and (local.get $bits)
                  (i32.sub (i32.shl (i32.const 1) (local.get $left)) (i32.const 1))))))
          (if (local.get $bits)
            (then
              (loop $each
                (i32.store (local.get $to) (i32.add (local.get $from) (i32.ctz (local.get $bits))))
                (local.set $to (i32.add (local.get $to) (i32.const 4)))
                (br_if $each
                  (local.tee $bits
                    (i32.and (local.get $bits) (i32.sub (local.get $bits) (i32.const 1))))))))))
      (br_if $along
        (i32.lt_s (local.tee $from (i32.add (local.get $from) (i32.const 16))) (local.get $end))))
    (i32.shr_u (i32.sub (local.get $to) (local.get $first)) (i32.const 2))))
