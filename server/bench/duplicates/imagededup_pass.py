"""Passes of imagededup over a folder: prints, as JSON, the pairs it finds at each threshold and what that took.

usage: imagededup_pass.py FOLDER METHOD THRESHOLD...   (METHOD: PHash, DHash, AHash, WHash or CNN)

Encodings are made once; a pass is charged with making them and with its own search.
"""

import json
import resource
import sys
import time

from imagededup import methods


def used():
    """Seconds on the clock and of CPU, those of child processes included."""
    usages = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return time.perf_counter(), sum(usage.ru_utime + usage.ru_stime for usage in usages)


def since(start):
    return [now - then for now, then in zip(used(), start)]


def limit(method, threshold):
    if method == "CNN":
        return {"min_similarity_threshold": float(threshold)}
    return {"max_distance_threshold": int(threshold)}


def main(folder, method, *thresholds):
    start = used()
    finder = getattr(methods, method)(verbose=False)
    encodings = finder.encode_images(image_dir=folder)
    encoding = since(start)
    passes = []
    for threshold in thresholds:
        start = used()
        found = finder.find_duplicates(encoding_map=encodings, **limit(method, threshold))
        seconds, cpu_seconds = [a + b for a, b in zip(encoding, since(start))]
        pairs = sorted({tuple(sorted((a, b))) for a, others in found.items() for b in others})
        passes.append(
            {
                "images": len(encodings),
                "seconds": seconds,
                "cpuSeconds": cpu_seconds,
                "pairs": pairs,
            }
        )
    print(json.dumps(passes))


if __name__ == "__main__":
    main(*sys.argv[1:])
