import glob
import os
from collections import Counter

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["CUDA_VISIBLE_DEVICES"] = ""

import keras  # noqa: E402
import numpy  # noqa: E402
import tensorflow  # noqa: E402
from expected import digest, near, run, same  # noqa: E402

print("version", f"{keras.__version__} with TensorFlow {tensorflow.__version__}")
WORDS = {"train": "train", "validation": "val", "test": "test"}


def class_folders(export):
    for split in export.splits:
        found = keras.utils.image_dataset_from_directory(
            os.path.join(export.folder, WORDS[split]), image_size=(16, 16), batch_size=4, shuffle=False, verbose=False
        )
        same(found.class_names, export.names("name"), "classes")
        numbers = numpy.concatenate([labels.numpy() for _, labels in found])
        same(Counter(found.class_names[at] for at in numbers), export.labels(split, "name"), f"labels of {split}")
    return f"{len(export.pictures)} pictures"


def tfrecord(export):
    feature = {
        "image/encoded": tensorflow.io.FixedLenFeature([], tensorflow.string),
        "image/height": tensorflow.io.FixedLenFeature([], tensorflow.int64),
        "image/width": tensorflow.io.FixedLenFeature([], tensorflow.int64),
        "image/class/label": tensorflow.io.FixedLenFeature([], tensorflow.int64),
        "image/class/text": tensorflow.io.FixedLenFeature([], tensorflow.string),
        "image/object/bbox/xmin": tensorflow.io.VarLenFeature(tensorflow.float32),
        "image/object/bbox/ymax": tensorflow.io.VarLenFeature(tensorflow.float32),
    }
    boxes = 0
    for split in export.splits:
        files = sorted(glob.glob(os.path.join(export.folder, f"*{split}*tfrecord*")))
        rows = [tensorflow.io.parse_single_example(one, feature) for one in tensorflow.data.TFRecordDataset(files)]
        same(Counter(row["image/class/text"].numpy().decode() for row in rows), export.labels(split), f"labels of {split}")
        same(sorted(digest(row["image/encoded"].numpy()) for row in rows), export.digests(split), f"pictures of {split}")
        for row in rows:
            known = next(one for one in export.of(split) if one["digest"] == digest(row["image/encoded"].numpy()))
            same(int(row["image/class/label"]), known["index"], "number of the class")
            picture = tensorflow.io.decode_image(row["image/encoded"], expand_animations=False)
            same(tuple(picture.shape[:2]), (int(row["image/height"]), int(row["image/width"])), "size")
            left = tensorflow.sparse.to_dense(row["image/object/bbox/xmin"]).numpy()
            near(left, [box["x"] / known["width"] for box in known["boxes"]], 1e-6, "left edges")
            boxes += len(left)
    return f"{len(export.pictures)} records, {boxes} boxes"


run({"class-folders": class_folders, "tfrecord": tfrecord})
