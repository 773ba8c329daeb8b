;; Finds the perceptual hashes of one chunk that lie within a Hamming radius of a wanted one.
;;
;; Memory, in bytes:
;;        0   the wanted hash, 32
;;       32   its sketch, 8
;;    65536   matches of the last scan, 8 each: place in the chunk (i32), distance in bits (i32)
;;   196608   chunks of 655360 each: 16384 sketches of 8, then their 16384 hashes of 32
;;
;; Hashes and sketches are bits in any order, as long as it is the same everywhere.
(module
  (memory (export "memory") 3)

  ;; Distance of the hash at $at from the wanted one.
  (func $distance (param $at i32) (result i32)
    (i32.wrap_i64
      (i64.add
        (i64.add
          (i64.popcnt (i64.xor (i64.load (local.get $at)) (i64.load (i32.const 0))))
          (i64.popcnt (i64.xor (i64.load offset=8 (local.get $at)) (i64.load (i32.const 8)))))
        (i64.add
          (i64.popcnt (i64.xor (i64.load offset=16 (local.get $at)) (i64.load (i32.const 16))))
          (i64.popcnt (i64.xor (i64.load offset=24 (local.get $at)) (i64.load (i32.const 24))))))))

  ;; Compares the first $count hashes of the chunk at $chunk with the wanted one.
  ;; Returns how many are $radius or nearer; they are written down as matches.
  (func (export "scan") (param $chunk i32) (param $count i32) (param $radius i32) (result i32)
    (local $place i32) (local $at i32) (local $match i32) (local $distance i32)
    (local.set $at (i32.add (local.get $chunk) (i32.const 131072)))
    (local.set $match (i32.const 65536))
    (loop $next
      (if (i32.lt_u (local.get $place) (local.get $count))
        (then
          (local.set $distance (call $distance (local.get $at)))
          (if (i32.le_u (local.get $distance) (local.get $radius))
            (then
              (i32.store (local.get $match) (local.get $place))
              (i32.store offset=4 (local.get $match) (local.get $distance))
              (local.set $match (i32.add (local.get $match) (i32.const 8)))))
          (local.set $at (i32.add (local.get $at) (i32.const 32)))
          (local.set $place (i32.add (local.get $place) (i32.const 1)))
          (br $next))))
    (i32.shr_u (i32.sub (local.get $match) (i32.const 65536)) (i32.const 3)))

  ;; The same, but looks at a hash only when its sketch is $sketchRadius or nearer to the wanted one's.
  (func (export "scanSketches")
    (param $chunk i32) (param $count i32) (param $radius i32) (param $sketchRadius i32) (result i32)
    (local $place i32) (local $at i32) (local $match i32) (local $distance i32) (local $wanted i64) (local $most i64)
    (local.set $at (local.get $chunk))
    (local.set $match (i32.const 65536))
    (local.set $wanted (i64.load (i32.const 32)))
    (local.set $most (i64.extend_i32_u (local.get $sketchRadius)))
    (loop $next
      (if (i32.lt_u (local.get $place) (local.get $count))
        (then
          (if (i64.le_u (i64.popcnt (i64.xor (i64.load (local.get $at)) (local.get $wanted))) (local.get $most))
            (then
              (local.set $distance
                (call $distance
                  (i32.add
                    (i32.add (local.get $chunk) (i32.const 131072))
                    (i32.shl (local.get $place) (i32.const 5)))))
              (if (i32.le_u (local.get $distance) (local.get $radius))
                (then
                  (i32.store (local.get $match) (local.get $place))
                  (i32.store offset=4 (local.get $match) (local.get $distance))
                  (local.set $match (i32.add (local.get $match) (i32.const 8)))))))
          (local.set $at (i32.add (local.get $at) (i32.const 8)))
          (local.set $place (i32.add (local.get $place) (i32.const 1)))
          (br $next))))
    (i32.shr_u (i32.sub (local.get $match) (i32.const 65536)) (i32.const 3))))
