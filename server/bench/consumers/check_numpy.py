import glob
import os

import numpy
from expected import run, same

print("version", numpy.__version__)


def arrays(export):
    files = glob.glob(os.path.join(export.folder, "*.npz"))
    same(len(files), 1, "files")
    found = numpy.load(files[0], allow_pickle=False)
    counts = {"train": 0, "validation": 0, "test": 0}
    for key in found.files:
        if not key.startswith("y_"):
            continue
        split = {"val": "validation"}.get(key[2:], key[2:])
        counts[split] = len(found[key])
        pictures = found["x_" + key[2:]]
        same(pictures.dtype, numpy.uint8, "type")
        same(len(pictures), len(found[key]), "pictures and labels")
        same(pictures.shape[1:3], (export.pictures[0]["height"], export.pictures[0]["width"]), "size")
        same(sorted(found[key].tolist()), sorted(one["index"] for one in export.of(split)), f"labels of {split}")
    same(counts, {split: len(export.of(split)) for split in counts}, "pictures")
    return ", ".join(found.files)


def cifar(export):
    files = sorted(glob.glob(os.path.join(export.folder, "**", "*.bin"), recursive=True))
    width, height = export.pictures[0]["width"], export.pictures[0]["height"]
    pixels = 3 * width * height
    total = sum(os.path.getsize(file) for file in files)
    lead = 2 if total % (pixels + 2) == 0 else 1
    rows = numpy.concatenate([numpy.fromfile(file, numpy.uint8).reshape(-1, lead + pixels) for file in files])
    same(len(rows), len(export.pictures), "rows")
    same(sorted(rows[:, lead - 1].tolist()), sorted(one["index"] for one in export.pictures), "labels")
    return f"{len(rows)} rows of {lead + pixels} bytes"


def idx(export):
    total = 0
    for file in glob.glob(os.path.join(export.folder, "**", "*-images-idx3-ubyte"), recursive=True):
        with open(file, "rb") as opened:
            magic, count, rows, columns = numpy.frombuffer(opened.read(16), ">u4")
            same(int(magic), 2051, "magic number")
            pictures = numpy.frombuffer(opened.read(), numpy.uint8).reshape(count, rows, columns)
            total += len(pictures)
    same(total, len(export.pictures), "pictures")
    return f"{total} pictures"


run({"numpy": arrays, "cifar-binary": cifar, "mnist-idx": idx})
