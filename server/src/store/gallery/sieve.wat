;; Sifts columns of facts about pictures: which of them a filter takes, how many there are, and of what.
;;
;; A mask has a bit a row, the first row lowest; a column has a byte, four or eight bytes a row. What comes as $rows is a
;; multiple of 64, and addresses are in bytes. Layout of the memory: columns.ts.
(module
  (memory (export "memory") 1)

  ;; Takes the rows with this byte, and no other.
  (func (export "take") (param $mask i32) (param $column i32) (param $rows i32) (param $value i32)
    (local $end i32) (local $wanted v128)
    (local.set $end (i32.add (local.get $column) (local.get $rows)))
    (local.set $wanted (i8x16.splat (local.get $value)))
    (loop $next
      (i32.store16
        (local.get $mask)
        (i8x16.bitmask (i8x16.eq (v128.load (local.get $column)) (local.get $wanted))))
      (local.set $mask (i32.add (local.get $mask) (i32.const 2)))
      (br_if $next
        (i32.lt_u
          (local.tee $column (i32.add (local.get $column) (i32.const 16)))
          (local.get $end)))))

  ;; Keeps rows whose byte is one of those listed: of 16 bytes at $table, those of values that are listed are 255.
  (func (export "keepListed") (param $mask i32) (param $column i32) (param $rows i32) (param $table i32)
    (local $end i32) (local $listed v128)
    (local.set $end (i32.add (local.get $column) (local.get $rows)))
    (local.set $listed (v128.load (local.get $table)))
    (loop $next
      (i32.store16
        (local.get $mask)
        (i32.and
          (i32.load16_u (local.get $mask))
          (i8x16.bitmask (i8x16.swizzle (local.get $listed) (v128.load (local.get $column))))))
      (local.set $mask (i32.add (local.get $mask) (i32.const 2)))
      (br_if $next
        (i32.lt_u
          (local.tee $column (i32.add (local.get $column) (i32.const 16)))
          (local.get $end)))))

  ;; Keeps rows whose byte is $least or up to $span more.
  (func (export "keepBytes") (param $mask i32) (param $column i32) (param $rows i32) (param $least i32) (param $span i32)
    (local $end i32) (local $from v128) (local $most v128)
    (local.set $end (i32.add (local.get $column) (local.get $rows)))
    (local.set $from (i8x16.splat (local.get $least)))
    (local.set $most (i8x16.splat (local.get $span)))
    (loop $next
      (i32.store16
        (local.get $mask)
        (i32.and
          (i32.load16_u (local.get $mask))
          (i8x16.bitmask
            (i8x16.le_u (i8x16.sub (v128.load (local.get $column)) (local.get $from)) (local.get $most)))))
      (local.set $mask (i32.add (local.get $mask) (i32.const 2)))
      (br_if $next
        (i32.lt_u
          (local.tee $column (i32.add (local.get $column) (i32.const 16)))
          (local.get $end)))))

  ;; Keeps rows whose number is $least or up to $span more.
  (func (export "keepNumbers") (param $mask i32) (param $column i32) (param $rows i32) (param $least i32) (param $span i32)
    (local $end i32) (local $from v128) (local $most v128)
    (local.set $end (i32.add (local.get $column) (i32.shl (local.get $rows) (i32.const 2))))
    (local.set $from (i32x4.splat (local.get $least)))
    (local.set $most (i32x4.splat (local.get $span)))
    (loop $next
      (i32.store16
        (local.get $mask)
        (i32.and
          (i32.load16_u (local.get $mask))
          (i8x16.bitmask
            (i8x16.narrow_i16x8_s
              (i16x8.narrow_i32x4_s
                (i32x4.le_u (i32x4.sub (v128.load (local.get $column)) (local.get $from)) (local.get $most))
                (i32x4.le_u (i32x4.sub (v128.load offset=16 (local.get $column)) (local.get $from)) (local.get $most)))
              (i16x8.narrow_i32x4_s
                (i32x4.le_u (i32x4.sub (v128.load offset=32 (local.get $column)) (local.get $from)) (local.get $most))
                (i32x4.le_u (i32x4.sub (v128.load offset=48 (local.get $column)) (local.get $from)) (local.get $most)))))))
      (local.set $mask (i32.add (local.get $mask) (i32.const 2)))
      (br_if $next
        (i32.lt_u
          (local.tee $column (i32.add (local.get $column) (i32.const 64)))
          (local.get $end)))))

  ;; Keeps rows whose single-precision number lies within both ends.
  (func (export "keepFloats") (param $mask i32) (param $column i32) (param $rows i32) (param $least f32) (param $most f32)
    (local $end i32) (local $from v128) (local $to v128) (local $a v128) (local $b v128) (local $c v128) (local $d v128)
    (local.set $end (i32.add (local.get $column) (i32.shl (local.get $rows) (i32.const 2))))
    (local.set $from (f32x4.splat (local.get $least)))
    (local.set $to (f32x4.splat (local.get $most)))
    (loop $next
      (local.set $a (v128.load (local.get $column)))
      (local.set $b (v128.load offset=16 (local.get $column)))
      (local.set $c (v128.load offset=32 (local.get $column)))
      (local.set $d (v128.load offset=48 (local.get $column)))
      (i32.store16
        (local.get $mask)
        (i32.and
          (i32.load16_u (local.get $mask))
          (i8x16.bitmask
            (i8x16.narrow_i16x8_s
              (i16x8.narrow_i32x4_s
                (v128.and (f32x4.ge (local.get $a) (local.get $from)) (f32x4.le (local.get $a) (local.get $to)))
                (v128.and (f32x4.ge (local.get $b) (local.get $from)) (f32x4.le (local.get $b) (local.get $to))))
              (i16x8.narrow_i32x4_s
                (v128.and (f32x4.ge (local.get $c) (local.get $from)) (f32x4.le (local.get $c) (local.get $to)))
                (v128.and (f32x4.ge (local.get $d) (local.get $from)) (f32x4.le (local.get $d) (local.get $to))))))))
      (local.set $mask (i32.add (local.get $mask) (i32.const 2)))
      (br_if $next
        (i32.lt_u
          (local.tee $column (i32.add (local.get $column) (i32.const 64)))
          (local.get $end)))))

  ;; The bits of eight double-precision numbers that lie within both ends.
  (func $within (param $at i32) (param $from v128) (param $to v128) (result i32)
    (local $a v128) (local $b v128) (local $c v128) (local $d v128)
    (local.set $a (v128.load (local.get $at)))
    (local.set $b (v128.load offset=16 (local.get $at)))
    (local.set $c (v128.load offset=32 (local.get $at)))
    (local.set $d (v128.load offset=48 (local.get $at)))
    (i32.or
      (i32.or
        (i64x2.bitmask
          (v128.and (f64x2.ge (local.get $a) (local.get $from)) (f64x2.le (local.get $a) (local.get $to))))
        (i32.shl
          (i64x2.bitmask
            (v128.and (f64x2.ge (local.get $b) (local.get $from)) (f64x2.le (local.get $b) (local.get $to))))
          (i32.const 2)))
      (i32.or
        (i32.shl
          (i64x2.bitmask
            (v128.and (f64x2.ge (local.get $c) (local.get $from)) (f64x2.le (local.get $c) (local.get $to))))
          (i32.const 4))
        (i32.shl
          (i64x2.bitmask
            (v128.and (f64x2.ge (local.get $d) (local.get $from)) (f64x2.le (local.get $d) (local.get $to))))
          (i32.const 6)))))

  ;; Keeps rows whose double-precision number lies within both ends.
  (func (export "keepDoubles") (param $mask i32) (param $column i32) (param $rows i32) (param $least f64) (param $most f64)
    (local $end i32) (local $from v128) (local $to v128)
    (local.set $end (i32.add (local.get $column) (i32.shl (local.get $rows) (i32.const 3))))
    (local.set $from (f64x2.splat (local.get $least)))
    (local.set $to (f64x2.splat (local.get $most)))
    (loop $next
      (i32.store8
        (local.get $mask)
        (i32.and
          (i32.load8_u (local.get $mask))
          (call $within (local.get $column) (local.get $from) (local.get $to))))
      (local.set $mask (i32.add (local.get $mask) (i32.const 1)))
      (br_if $next
        (i32.lt_u
          (local.tee $column (i32.add (local.get $column) (i32.const 64)))
          (local.get $end)))))

  ;; Adds the rows with this number.
  (func (export "addEqual") (param $mask i32) (param $column i32) (param $rows i32) (param $value i32)
    (local $end i32) (local $wanted v128)
    (local.set $end (i32.add (local.get $column) (i32.shl (local.get $rows) (i32.const 2))))
    (local.set $wanted (i32x4.splat (local.get $value)))
    (loop $next
      (i32.store16
        (local.get $mask)
        (i32.or
          (i32.load16_u (local.get $mask))
          (i8x16.bitmask
            (i8x16.narrow_i16x8_s
              (i16x8.narrow_i32x4_s
                (i32x4.eq (v128.load (local.get $column)) (local.get $wanted))
                (i32x4.eq (v128.load offset=16 (local.get $column)) (local.get $wanted)))
              (i16x8.narrow_i32x4_s
                (i32x4.eq (v128.load offset=32 (local.get $column)) (local.get $wanted))
                (i32x4.eq (v128.load offset=48 (local.get $column)) (local.get $wanted)))))))
      (local.set $mask (i32.add (local.get $mask) (i32.const 2)))
      (br_if $next
        (i32.lt_u
          (local.tee $column (i32.add (local.get $column) (i32.const 64)))
          (local.get $end)))))

  ;; Adds the rows whose number is listed: the byte of each number at $table is 0 or 1, and 0 at $last, where it ends.
  (func (export "addListed") (param $mask i32) (param $column i32) (param $rows i32) (param $table i32) (param $last i32)
    (local $end i32) (local $bit i32) (local $bits i32) (local $number i32)
    (local.set $end (i32.add (local.get $column) (i32.shl (local.get $rows) (i32.const 2))))
    (loop $next
      (local.set $bits (i32.load (local.get $mask)))
      (local.set $bit (i32.const 0))
      (loop $nextBit
        (local.set $number (i32.load (local.get $column)))
        (local.set $bits
          (i32.or
            (local.get $bits)
            (i32.shl
              (i32.load8_u
                (i32.add
                  (local.get $table)
                  (select
                    (local.get $number)
                    (local.get $last)
                    (i32.lt_u (local.get $number) (local.get $last)))))
              (local.get $bit))))
        (local.set $column (i32.add (local.get $column) (i32.const 4)))
        (br_if $nextBit
          (i32.lt_u (local.tee $bit (i32.add (local.get $bit) (i32.const 1))) (i32.const 32))))
      (i32.store (local.get $mask) (local.get $bits))
      (local.set $mask (i32.add (local.get $mask) (i32.const 4)))
      (br_if $next (i32.lt_u (local.get $column) (local.get $end)))))

  ;; Keeps what is in the other mask as well.
  (func (export "keep") (param $mask i32) (param $other i32) (param $rows i32)
    (local $end i32)
    (local.set $end (i32.add (local.get $mask) (i32.shr_u (local.get $rows) (i32.const 3))))
    (loop $next
      (i64.store
        (local.get $mask)
        (i64.and (i64.load (local.get $mask)) (i64.load (local.get $other))))
      (local.set $other (i32.add (local.get $other) (i32.const 8)))
      (br_if $next
        (i32.lt_u (local.tee $mask (i32.add (local.get $mask) (i32.const 8))) (local.get $end)))))

  ;; How many rows the mask has.
  (func (export "count") (param $mask i32) (param $rows i32) (result i32)
    (local $end i32) (local $sum i64)
    (local.set $end (i32.add (local.get $mask) (i32.shr_u (local.get $rows) (i32.const 3))))
    (loop $next
      (local.set $sum (i64.add (local.get $sum) (i64.popcnt (i64.load (local.get $mask)))))
      (br_if $next
        (i32.lt_u (local.tee $mask (i32.add (local.get $mask) (i32.const 8))) (local.get $end))))
    (i32.wrap_i64 (local.get $sum)))

  ;; How many of them have this byte.
  (func (export "countBytes") (param $mask i32) (param $column i32) (param $rows i32) (param $value i32) (result i32)
    (local $end i32) (local $sum i32) (local $wanted v128)
    (local.set $end (i32.add (local.get $column) (local.get $rows)))
    (local.set $wanted (i8x16.splat (local.get $value)))
    (loop $next
      (local.set $sum
        (i32.add
          (local.get $sum)
          (i32.popcnt
            (i32.and
              (i32.load16_u (local.get $mask))
              (i8x16.bitmask (i8x16.eq (v128.load (local.get $column)) (local.get $wanted)))))))
      (local.set $mask (i32.add (local.get $mask) (i32.const 2)))
      (br_if $next
        (i32.lt_u
          (local.tee $column (i32.add (local.get $column) (i32.const 16)))
          (local.get $end))))
    (local.get $sum))

  ;; Counts them by their numbers: 32 bits for each number at $counts.
  (func (export "tallyNumbers") (param $mask i32) (param $column i32) (param $rows i32) (param $counts i32)
    (local $end i32) (local $bits i64) (local $at i32)
    (local.set $end (i32.add (local.get $mask) (i32.shr_u (local.get $rows) (i32.const 3))))
    (loop $next
      (local.set $bits (i64.load (local.get $mask)))
      (block $done
        (loop $nextBit
          (br_if $done (i64.eqz (local.get $bits)))
          (local.set $at
            (i32.add
              (local.get $counts)
              (i32.shl
                (i32.load
                  (i32.add
                    (local.get $column)
                    (i32.shl (i32.wrap_i64 (i64.ctz (local.get $bits))) (i32.const 2))))
                (i32.const 2))))
          (i32.store (local.get $at) (i32.add (i32.load (local.get $at)) (i32.const 1)))
          (local.set $bits (i64.and (local.get $bits) (i64.sub (local.get $bits) (i64.const 1))))
          (br $nextBit)))
      (local.set $column (i32.add (local.get $column) (i32.const 256)))
      (br_if $next
        (i32.lt_u (local.tee $mask (i32.add (local.get $mask) (i32.const 8))) (local.get $end)))))

  ;; Counts them by their bytes: 32 bits for each byte at $counts.
  (func (export "tallyBytes") (param $mask i32) (param $column i32) (param $rows i32) (param $counts i32)
    (local $end i32) (local $bits i64) (local $at i32)
    (local.set $end (i32.add (local.get $mask) (i32.shr_u (local.get $rows) (i32.const 3))))
    (loop $next
      (local.set $bits (i64.load (local.get $mask)))
      (block $done
        (loop $nextBit
          (br_if $done (i64.eqz (local.get $bits)))
          (local.set $at
            (i32.add
              (local.get $counts)
              (i32.shl
                (i32.load8_u (i32.add (local.get $column) (i32.wrap_i64 (i64.ctz (local.get $bits)))))
                (i32.const 2))))
          (i32.store (local.get $at) (i32.add (i32.load (local.get $at)) (i32.const 1)))
          (local.set $bits (i64.and (local.get $bits) (i64.sub (local.get $bits) (i64.const 1))))
          (br $nextBit)))
      (local.set $column (i32.add (local.get $column) (i32.const 64)))
      (br_if $next
        (i32.lt_u (local.tee $mask (i32.add (local.get $mask) (i32.const 8))) (local.get $end)))))

  ;; The sum of their numbers.
  (func (export "sum") (param $mask i32) (param $column i32) (param $rows i32) (result f64)
    (local $end i32) (local $bits i64) (local $sum i64)
    (local.set $end (i32.add (local.get $mask) (i32.shr_u (local.get $rows) (i32.const 3))))
    (loop $next
      (local.set $bits (i64.load (local.get $mask)))
      (block $done
        (loop $nextBit
          (br_if $done (i64.eqz (local.get $bits)))
          (local.set $sum
            (i64.add
              (local.get $sum)
              (i64.load32_u
                (i32.add
                  (local.get $column)
                  (i32.shl (i32.wrap_i64 (i64.ctz (local.get $bits))) (i32.const 2))))))
          (local.set $bits (i64.and (local.get $bits) (i64.sub (local.get $bits) (i64.const 1))))
          (br $nextBit)))
      (local.set $column (i32.add (local.get $column) (i32.const 256)))
      (br_if $next
        (i32.lt_u (local.tee $mask (i32.add (local.get $mask) (i32.const 8))) (local.get $end))))
    (f64.convert_i64_u (local.get $sum))))
