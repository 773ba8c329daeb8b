import os
import tempfile

os.environ["YOLO_CONFIG_DIR"] = tempfile.mkdtemp()
os.environ["YOLO_OFFLINE"] = "true"
os.environ["YOLO_VERBOSE"] = "false"

import torch_parts  # noqa: E402, F401  before anything that needs torchvision
import ultralytics  # noqa: E402
from expected import digest, near, run, same  # noqa: E402
from ultralytics.data.dataset import YOLODataset  # noqa: E402
from ultralytics.data.utils import check_cls_dataset, check_det_dataset  # noqa: E402

print("version", ultralytics.__version__)
WORDS = {"train": "train", "validation": "val", "test": "test"}


def detection(export):
    data = check_det_dataset(os.path.join(export.folder, "data.yaml"), autodownload=False)
    same([data["names"][at] for at in range(data["nc"])], export.names(), "names")
    boxes = 0
    for split in export.splits:
        found = YOLODataset(img_path=data[WORDS[split]], data=data, task="detect", augment=False, cache=False)
        same(len(found.labels), len(export.of(split)), f"pictures of {split}")
        for label in found.labels:
            known = next(one for one in export.of(split) if one["file"] == os.path.basename(label["im_file"]))
            with open(label["im_file"], "rb") as file:
                same(digest(file.read()), known["digest"], "the file was written anew")
            same(label["shape"], (known["height"], known["width"]), "size")
            same([data["names"][int(at)] for at in label["cls"].flatten()], [box["label"] for box in known["boxes"]], "labels")
            for row, box in zip(label["bboxes"], known["boxes"]):
                width, height = known["width"], known["height"]
                expected = [(box["x"] + box["width"] / 2) / width, (box["y"] + box["height"] / 2) / height, box["width"] / width, box["height"] / height]
                near(row, expected, 1e-6, "box")
                boxes += 1
    return f"{len(export.pictures)} pictures, {boxes} boxes"


def classification(export):
    data = check_cls_dataset(export.folder)
    same([data["names"][at] for at in range(data["nc"])], export.names("name"), "names")
    return f"{data['nc']} classes"


run({"yolo": detection, "class-folders": classification})
